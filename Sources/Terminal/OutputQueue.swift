/// Bytes on their way to a line that may take them slowly.
///
/// At most one frame is on its way and one waits; a newer one takes the place of the one that waits.
struct OutputQueue {
    /// What the line said.
    enum Answer: Equatable {
        /// It took so many bytes.
        case took(Int)
        /// It takes none now.
        case busy
        /// It is gone.
        case gone
    }

    private var bytes: [UInt8] = []
    private var sent = 0
    /// The frame that waits.
    private(set) var next: Frame?

    /// Whether bytes are on their way.
    var isBusy: Bool { sent < bytes.count }

    /// Lets a frame wait until the line is free.
    mutating func wait(_ frame: Frame) { next = frame }

    /// The frame that has waited, once.
    mutating func takeNext() -> Frame? {
        defer { next = nil }
        return next
    }

    /// Adds bytes behind those on their way.
    mutating func add(_ more: [UInt8]) {
        if isBusy {
            bytes += more
        } else {
            bytes = more
            sent = 0
        }
    }

    /// Sends what the line takes; false where it is gone.
    mutating func send(_ write: (UnsafeRawBufferPointer) -> Answer) -> Bool {
        while isBusy {
            let answer = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
            switch answer {
            case .took(let count): sent += count
            case .busy: return true
            case .gone:
                bytes = []
                sent = 0
                return false
            }
        }
        return true
    }
}
