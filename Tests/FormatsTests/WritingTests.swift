import FoundationEssentials
import Testing

@testable import Formats

@Suite struct WritingTests {
    @Test func `quotes only what needs it and keeps every byte`() throws {
        let writer = CSVWriter()
        try writer.record(["a", "b,c", "say \"hi\"", "two\nlines", " blank ", "=1+1", ""])
        writer.field(-42)
        writer.field("x\r")
        try writer.endRecord()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\", blank ,=1+1,\n-42,\"x\r\"\n")
    }

    @Test func `what is written reads back the same`() throws {
        var random = SplitMix(state: 3)
        let pieces = ["\"", ",", "\n", "\r", "é", "a b", "", "=cmd|' /C calc'!A0", "\u{1B}[2J", "\t"]
        let rows = (0..<500).map { _ in
            (0..<3).map { _ in
                (0..<Int.random(in: 0...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                    .joined()
            }
        }
        let writer = CSVWriter()
        try writer.record(["a", "b", "c"])
        for row in rows { try writer.record(row) }
        #expect(try records(writer.bytes).map(\.fields) == rows)
    }

    @Test func `one blank field is a record, not a blank line`() throws {
        let writer = CSVWriter()
        for text in ["a", "", "x", ""] { try writer.record([text]) }
        #expect(try records(writer.bytes).map(\.fields) == [[""], ["x"], [""]])
    }

    @Test func `a file is complete or absent, and private`() throws {
        let folder = try Folder()
        let path = folder.path("out.csv")
        do {
            let sink = try ByteSink(path: path)
            try sink.write(Array("half".utf8))
        }
        #expect(folder.names == [])
        _ = try folder.file("out.csv", Array("old".utf8))
        let writer = CSVWriter(to: try ByteSink(path: path))
        try writer.record(["new"])
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("old".utf8))
        try writer.finish()
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("new\n".utf8))
        #expect(folder.names == ["out.csv"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `a compressed file reads back the same and has the same bytes each time`() throws {
        let folder = try Folder()
        var files: [Data] = []
        for name in ["a.csv.gz", "b.csv.gz"] {
            let writer = CSVWriter(to: try ByteSink(path: folder.path(name)))
            try writer.record(["n", "text"])
            for number in 0..<30_000 {
                writer.field(Int64(number))
                writer.field("some words")
                try writer.endRecord()
            }
            try writer.finish()
            files.append(try Data(contentsOf: URL(filePath: folder.path(name))))
            let rows = try records(ByteSource(path: folder.path(name)))
            #expect(rows.count == 30_000)
            #expect(rows.last?.fields == ["29999", "some words"])
        }
        #expect(files[0] == files[1])
        #expect(files[0].prefix(2) == Data([0x1F, 0x8B]))
    }

    @Test func `what cannot be written says why`() throws {
        let folder = try Folder()
        #expect(thrown { _ = try ByteSink(path: folder.url.path) }?.code == .unwritable)
        #expect(thrown { _ = try ByteSink(path: folder.path("none/out.csv")) }?.code == .unwritable)
        #expect(thrown { _ = try ByteSink(path: "") }?.code == .unwritable)
        let full = try ByteSink(path: "/dev/full")
        #expect(thrown { try full.write([1]) }?.code == .unwritable)
    }

    @Test func `JSON keeps its order and escapes what it must`() {
        let value = JSONValue.object([
            ("z", .integer(.min)), ("a", .array([.null, .bool(true), .number(0.1), .number(3), .number(.nan)])),
            ("text", .string("\"\\\n\t\u{1}é/\u{7F}")), ("empty", .array([])), ("none", .object([])),
        ])
        #expect(
            String(decoding: value.bytes(), as: UTF8.self)
                == #"{"z":-9223372036854775808,"a":[null,true,0.1,3,null],"text":"\"\\\n\t\u0001é/\u007f","empty":[],"none":{}}"#
        )
        #expect(
            String(decoding: JSONValue.object([("a", .array([.integer(1)]))]).bytes(pretty: true), as: UTF8.self)
                == "{\n  \"a\": [\n    1\n  ]\n}\n")
    }

    @Test func `another reader of JSON reads back every double and text`() throws {
        var random = SplitMix(state: 11)
        let numbers =
            (0..<500).map { _ in Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random)) }
            .filter(\.isFinite) + [0.1, 1e21, Double.leastNonzeroMagnitude, -0.5, 123_456_789_012]
        let bytes = JSONValue.array(numbers.map { .number($0) }).bytes()
        #expect(try JSONDecoder().decode([Double].self, from: Data(bytes)) == numbers)
        let texts = (0..<0x250).compactMap { Unicode.Scalar($0) }.map { "x\($0)y" } + ["𝄞", "\u{2028}"]
        let written = JSONValue.array(texts.map { .string($0) }).bytes(pretty: true)
        #expect(try JSONDecoder().decode([String].self, from: Data(written)) == texts)
    }

    @Test(arguments: [0, 1, 4096, 4097, 70_000]) func `a long list has the same text however it is written`(count: Int)
    {
        @Sendable func write(_ number: Int, _ writer: inout JSONWriter) {
            writer.object { writer in
                writer.key("n")
                writer.integer(Int64(number))
                writer.key("list")
                writer.array { $0.string("é") }
            }
        }
        for pretty in [false, true] {
            let parts = JSONValue.object([
                ("a", .written { $0.array(count) { part, writer in for number in part { write(number, &writer) } } }),
                ("b", .null),
            ])
            let one = JSONValue.object([
                ("a", .written { $0.array { writer in for number in 0..<count { write(number, &writer) } } }),
                ("b", .null),
            ])
            #expect(parts.bytes(pretty: pretty) == one.bytes(pretty: pretty))
        }
    }

    @Test func `numbers of days have no exponent and read back the same`() {
        for value in [
            0, 2.5, 12, 0.1 + 0.2, 1e-7, Double.leastNonzeroMagnitude, 1.25e-10, 729.999_999_999_9, 1e17, 1.5e300,
        ] {
            let text = positional(value)
            #expect(!text.contains("e"))
            #expect(Double(text) == value)
        }
        #expect(positional(12) == "12")
        #expect(positional(1.25e-5) == "0.0000125")
    }
}
