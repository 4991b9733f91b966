import FoundationEssentials
import Glibc

/// Whether somebody has a file open for writing, as far as this machine can tell.
enum FileLease {
    /// What the kernel says.
    enum Answer {
        /// Nobody has it open for writing.
        case free
        /// Somebody has.
        case written
        /// Nobody can tell: the file is another user's, or on a file system that others write to from elsewhere.
        case unknown
    }

    /// Asks for the file at a path.
    static func answer(for path: String) -> Answer {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .unknown }
        defer { close(descriptor) }
        guard !isShared(descriptor) else { return .unknown }
        _ = isHarmless
        // A lease for reading is granted only while nobody writes; closing the file gives it back.
        if fcntl(descriptor, setLease, F_RDLCK) == 0 { return .free }
        return errno == EAGAIN ? .written : .unknown
    }

    /// Who opens the file for writing in the moment of a lease makes the kernel send SIGIO, which would end the process.
    private static let isHarmless: Void = { signal(SIGIO, SIG_IGN) }()

    /// `F_SETLEASE` of linux/fcntl.h, which Glibc's module does not show.
    private static let setLease: Int32 = 1024

    /// File systems whose other ends ask no lease of ours.
    private static let shared = ["nfs", "cifs", "smb", "fuse", "9p", "ceph", "afs", "ocfs", "gfs", "glusterfs"]

    private static func isShared(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0,
            let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        else { return true }
        let device = UInt64(status.st_dev)
        let (major, minor) = (device >> 8 & 0xFFF | device >> 32 & ~0xFFF, device & 0xFF | device >> 12 & ~0xFF)
        for line in table.split(separator: "\n")
        where line.split(separator: " ").dropFirst(2).first == "\(major):\(minor)" {
            guard let kind = line.split(separator: " - ", maxSplits: 1).last else { return true }
            return shared.contains { kind.hasPrefix($0) }
        }
        return false
    }
}
