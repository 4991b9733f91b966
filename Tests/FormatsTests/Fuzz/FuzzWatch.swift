import Glibc

/// What a fuzzer must see from outside: memory, and the input that brought the process down.
enum FuzzWatch {
    /// Bytes of memory that the process holds; 0 where the system does not say.
    static var resident: Int {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 128)
        let count = text.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return 0 }
        let fields = text[..<count].split(separator: 0x20)
        guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else { return 0 }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Seconds of a clock that only goes forward.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// What the next trap is to be blamed on: the reader's name and the input.
    static func blame(_ name: String, _ input: [UInt8]) {
        _ = installed
        let text = Array("\nfuzz: a trap in '\(name)' on this input (hex):\n".utf8) + hex(input) + [0x0A]
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        room.copyBytes(from: text)
        last?.deallocate()
        last = UnsafeRawBufferPointer(room)
    }

    /// Nothing is being tried any more.
    static func clear() {
        last?.deallocate()
        last = nil
    }

    static func hex(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return text
    }

    // Written by the one serialized suite, and read by the handler of a signal that it raised itself.
    private nonisolated(unsafe) static var last: UnsafeRawBufferPointer?

    /// What handled a signal before, by its number: whoever prints the stack.
    private nonisolated(unsafe) static let previous = UnsafeMutablePointer<sigaction>.allocate(capacity: 32)

    private static let installed: Void = {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                // Nothing but system calls is safe here.
                if let text = FuzzWatch.last { _ = write(STDERR_FILENO, text.baseAddress, text.count) }
                sigaction(number, FuzzWatch.previous + Int(number), nil)
                raise(number)
            }
            sigaction(number, &action, previous + Int(number))
        }
    }()
}
