import FoundationEssentials
import Testing

@testable import Formats

@Suite struct ByteSourceTests {
    private func all(_ source: ByteSource, step: Int = 5) throws -> [UInt8] {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 1)
        defer { room.deallocate() }
        var bytes: [UInt8] = []
        while true {
            let count = try source.read(into: room)
            if count == 0 { return bytes }
            bytes += room[..<count]
        }
    }

    @Test func `a file is read whole and tells how far`() throws {
        let folder = try Folder()
        let bytes = (0..<100_000).map { UInt8($0 % 96 + 32) }
        let source = try ByteSource(path: folder.file("a.csv", bytes))
        #expect(source.size == 100_000)
        #expect(source.consumed == 0)
        #expect(try all(source, step: 4096) == bytes)
        #expect(source.consumed == 100_000)
    }

    /// Written by Python 3: `gzip.compress(b"a,b\n1,2\n", mtime=0)`.
    static let gzipped: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0xD4, 0x49, 0xE2, 0x32, 0xD4,
        0x31, 0xE2, 0x02, 0x00, 0x7B, 0x07, 0x97, 0x0A, 0x08, 0x00, 0x00, 0x00,
    ]

    @Test func `a compressed file is read through gzip`() throws {
        let folder = try Folder()
        let source = try ByteSource(path: folder.file("a.csv.gz", ByteSourceTests.gzipped))
        #expect(try all(source) == Array("a,b\n1,2\n".utf8))
        #expect(source.consumed == Int64(ByteSourceTests.gzipped.count))
        #expect(source.size == source.consumed)
    }

    @Test func `damage of a compressed file is said, and said again`() throws {
        let folder = try Folder()
        let good = ByteSourceTests.gzipped
        var flipped = good
        flipped[good.count - 6] ^= 1
        let cases = [
            Array(good.dropLast(3)), Array(good.prefix(12)), [], flipped, Array("a,b\n1,2\n".utf8), good + [1, 2],
        ]
        for (index, bytes) in cases.enumerated() {
            let path = try folder.file("\(index).csv.gz", bytes)
            let source = try ByteSource(path: path)
            for _ in 0..<2 {
                let error = thrown { _ = try all(source) }
                #expect(error?.code == .damaged, "case \(index)")
                #expect(error?.file == path)
            }
        }
    }

    @Test func `a source given up early leaves no process behind`() throws {
        let folder = try Folder()
        let path = folder.path("big.csv.gz")
        let sink = try ByteSink(path: path)
        try sink.write([UInt8](repeating: 0x61, count: 4_000_000))
        try sink.finish()
        for _ in 0..<20 {
            let source = try ByteSource(path: path)
            var room = [UInt8](repeating: 0, count: 10)
            #expect(try room.withUnsafeMutableBytes { try source.read(into: $0) } > 0)
        }
    }

    @Test func `what cannot be opened says why`() throws {
        let folder = try Folder()
        #expect(thrown { _ = try ByteSource(path: folder.path("none.csv")) }?.code == .notFound)
        #expect(thrown { _ = try ByteSource(path: folder.path("a.csv") + "\0b") }?.code == .notFound)
        let directory = thrown { _ = try ByteSource(path: folder.url.path) }
        #expect(directory?.code == .unreadable)
        #expect(directory?.message.contains("directory") == true)
        try FileManager.default.createSymbolicLink(atPath: folder.path("x"), withDestinationPath: folder.path("y"))
        try FileManager.default.createSymbolicLink(atPath: folder.path("y"), withDestinationPath: folder.path("x"))
        #expect(thrown { _ = try ByteSource(path: folder.path("x")) }?.code == .unreadable)
    }

    @Test(arguments: [
        (TextEncoding.windows1252, [0xA3, 0x31, 0x80, 0x9F] as [UInt8], "£1€Ÿ"),
        (.latin1, [0xE9, 0x41], "éA"),
        (.utf16LittleEndian, [0x41, 0, 0x34, 0xD8, 0x1E, 0xDD], "A𝄞"),
        (.utf16BigEndian, [0, 0x41, 0xD8, 0x34, 0xDD, 0x1E], "A𝄞"),
        (.utf16, [0xFF, 0xFE, 0x41, 0, 0xAC, 0x20], "A€"),
        (.utf16, [0xFE, 0xFF, 0, 0x41, 0x20, 0xAC], "A€"),
        (.utf8, [0xFE, 0xFF, 0, 0x41], "A"),
        (.windows1252, [0xEF, 0xBB, 0xBF, 0xC2, 0xA3], "£"),
        (.utf8, [0xEF, 0xBB, 0xBF], ""),
        (.utf8, [0xEF, 0xBB], "\u{FFFD}"),
        (.utf8, [], ""),
    ])
    func `encodings become UTF-8 and byte order marks win`(
        encoding: TextEncoding, bytes: [UInt8], text: String
    ) throws {
        for step in [1, 2, 3, 64] {
            let source = ByteSource(bytes: bytes, name: "memory", encoding: encoding)
            #expect(String(decoding: try all(source, step: step), as: UTF8.self) == text)
        }
    }

    @Test func `UTF-16 without a mark asks for the order, and half a character is no character`() throws {
        let unmarked = ByteSource(bytes: [0, 0x41, 0, 0x42], name: "memory", encoding: .utf16)
        #expect(thrown { _ = try all(unmarked) }?.code == .encoding)
        let lone = ByteSource(bytes: [0x00, 0xD8, 0x41, 0x00], name: "memory", encoding: .utf16LittleEndian)
        #expect(try all(lone) == [0xED, 0xA0, 0x80, 0x41])
        let odd = ByteSource(bytes: [0x41, 0x00, 0x42], name: "memory", encoding: .utf16LittleEndian)
        #expect(try all(odd) == [0x41, 0xFF])
    }

    @Test func `the first line can be looked at before it is read, and is read all the same`() throws {
        for (text, shown) in [
            ("POST /hook HTTP/1.1\r\nrest", "POST /hook HTTP/1.1"), (" \n \n  [1]\n", "[1]"), ("ab", "ab"), ("", ""),
        ] {
            let source = ByteSource(bytes: Array(text.utf8), name: "x")
            #expect(String(decoding: try source.peek(), as: UTF8.self).contains(shown))
            var all: [UInt8] = []
            while case let more = try source.chunk(3), !more.isEmpty { all += more }
            #expect(all == Array(text.utf8))
        }
        let marked = ByteSource(bytes: [0xEF, 0xBB, 0xBF] + Array("{\"a\":1}".utf8), name: "x")
        #expect(try marked.peek() == Array("{\"a\":1}".utf8))
        let wide = ByteSource(bytes: [0xFE, 0xFF, 0, 0x7B, 0, 0x7D], name: "x")
        #expect(try wide.peek() == Array("{}".utf8))
        let long = ByteSource(bytes: [UInt8](repeating: 0x20, count: 100_000), name: "x")
        #expect(try (4096..<10_000).contains(long.peek().count))
    }
}
