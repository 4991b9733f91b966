import Domain
import Testing

@testable import Formats

@Suite struct CloudEventsTests {
    private func read(_ text: String) throws -> [Reading<CloudEvent>] {
        try readings(CloudEventsReader(ByteSource(bytes: Array(text.utf8), name: "events.json")))
    }

    @Test func `events read back as written, alone, in a batch and a line each`() throws {
        var plain = CloudEvent(id: "A 1\"\\", source: "/shop/é?a=b", type: "com.example.order")
        plain.subject = " mug {1} "
        plain.time = Instant(milliseconds: 1_785_499_200_250)
        plain.dataContentType = "application/json; charset=utf-8"
        plain.dataSchema = "https://example.com/s#1"
        plain.data = .json(Array(#"{"a":"x \" y","b":[1.50,null,{}]}"#.utf8))
        var binary = CloudEvent(id: "2", source: "s", type: "t")
        binary.data = .bytes([0, 255, 10, 34])
        let written = [plain, binary, CloudEvent(id: "3", source: "s", type: "t")]
        let lines = try written.map { String(decoding: try $0.json(), as: UTF8.self) }
        #expect(try read(lines[0]).map(\.record) == [plain])
        #expect(try read("[" + lines.joined(separator: ",\n") + "]").map(\.record) == written)
        let read = try read(lines.joined(separator: "\n") + "\n")
        #expect(read.map(\.record) == written)
        #expect(read.map(\.line) == [1, 2, 3])
        for reading in read {
            #expect(try self.read(String(decoding: reading.raw, as: UTF8.self)).first?.record == reading.record)
        }
    }

    @Test func `data that runs over lines is written on one`() throws {
        var event = CloudEvent(id: "1", source: "s", type: "t")
        event.data = .json(Array("{\n  \"a\" : \"b \\n c\"\r\n}".utf8))
        let bytes = try event.json()
        #expect(!bytes.contains(0x0A))
        #expect(
            try read(String(decoding: bytes, as: UTF8.self)).first?.record?.data
                == .json(Array(#"{"a":"b \n c"}"#.utf8)))
        event.data = .json(Array("{a}".utf8))
        #expect(thrown { _ = try event.json() }?.code == .notJSON)
        event = CloudEvent(id: "", source: "s", type: "t")
        #expect(thrown { _ = try event.json() }?.field == "id")
        event.id = "a\u{1B}[2J"
        #expect(thrown { _ = try event.json() }?.code == .notAName)
    }

    @Test(
        arguments: [
            (#""id":"1","#, "", FormatError.Code.missingValue, "id"), (#""source":"s","#, "", .missingValue, "source"),
            (#""type":"t","#, "", .missingValue, "type"), (#""type":"t""#, #""type":null"#, .missingValue, "type"),
            (#""specversion":"1.0""#, #""a":1"#, .missingValue, "specversion"),
            (#""1.0""#, #""0.3""#, .unknownWord, "specversion"),
            (#""id":"1""#, #""id":1"#, .unknownWord, "id"), (#""id":"1""#, #""id":"""#, .missingValue, "id"),
            (#""s""#, #""s\u202e""#, .notAName, "source"),
            (#""type""#, #""time":"2026-07-31T12:00:00","type""#, .notATime, "time"),
            (#""type""#, #""data":1,"data_base64":"AA==","type""#, .rule, "data_base64"),
            (#""type""#, #""data_base64":"?","type""#, .encoding, "data_base64"), (#""id""#, "", .notJSON, nil),
            (#"{"id":"1","source":"s","type":"t","specversion":"1.0"}"#, "[1]", .unknownKind, ""),
        ] as [(String, String, FormatError.Code, String?)])
    func `what is wrong with an event is told by its attribute`(
        good: String, bad: String, code: FormatError.Code, field: String?
    ) throws {
        let text = #"{"id":"1","source":"s","type":"t","specversion":"1.0"}"#
        #expect(try read(text).first?.record?.id == "1")
        let error = try read(text.replacing(good, with: bad)).first?.error
        #expect(error?.code == code)
        #expect(error?.field == field)
    }
}
