import Testing

@testable import Formats

@Suite struct CSVReaderTests {
    @Test func `reads quotes, blanks and all three line ends`() throws {
        let rows = try records("a,b\r\n1,\"x,\"\"y\"\"\nz\"\r2, 24\" tv \n\n\"\",last")
        #expect(rows.map(\.fields) == [["1", "x,\"y\"\nz"], ["2", " 24\" tv "], ["", "last"]])
        #expect(rows.map(\.line) == [2, 4, 6])
        #expect(rows.map(\.offset) == [5, 19, 31])
        #expect(rows.allSatisfy { $0.code == nil })
    }

    @Test func `matches columns by name, blanks and case aside`() throws {
        let reader = try csv(" SKU ,\"Lineitem name\",\n")
        #expect(reader.header == ["SKU", "Lineitem name", ""])
        #expect(reader.column("sku") == 0)
        #expect(reader.column("nothing", "LINEITEM NAME") == 1)
        #expect(reader.column("nothing") == nil)
    }

    @Test func `a quote that never closes costs its own line only`() throws {
        let rows = try records("a,b\n1,2\n3,\"4\n5,6\n7,8\n")
        #expect(rows.map(\.line) == [2, 3, 4, 5])
        #expect(rows.map(\.code) == [nil, .brokenQuoting, nil, nil])
        #expect(rows[1].raw == Array("3,\"4".utf8))
        #expect(rows[3].fields == ["7", "8"])
    }

    @Test func `the good lines of a record stay with it when a later quote breaks`() throws {
        let rows = try records("a,b,c\n1,\"x\ny\",\"z\n4,5,6\n")
        #expect(rows.map(\.raw) == [Array("1,\"x\ny\",\"z".utf8), Array("4,5,6".utf8)])
        #expect(rows.map(\.line) == [2, 4])
    }

    @Test func `text after a closing quote ends the record with its line`() throws {
        let rows = try records("a,b\n\"x\"y,1\n2,3\n")
        #expect(rows.map(\.code) == [.brokenQuoting, nil])
        #expect(rows[1].fields == ["2", "3"])
    }

    @Test func `an unclosed quote in a big file gives up at the record limit and goes on`() throws {
        let line = "5,abcdefghijklmnopqrstuvwxyz\n"
        let count = 2 * CSVReader.recordLimit / line.utf8.count
        let reader = try csv("a,b\n1,\"2\n" + String(repeating: line, count: count))
        var codes: [FormatError.Code: Int] = [:]
        var good = 0
        while try reader.next() {
            if let problem = reader.problem { codes[problem.code, default: 0] += 1 } else { good += 1 }
        }
        #expect(codes == [.brokenQuoting: 1])
        #expect(good == count)
        #expect(reader.line == count + 2)
    }

    @Test func `a record of exactly the limit is good, one byte more is not`() throws {
        for (length, code) in [(CSVReader.recordLimit, nil), (CSVReader.recordLimit + 1, FormatError.Code.tooLong)] {
            for end in ["\n", "\r\n", "\r", ""] {
                let long = String(repeating: "x", count: length)
                let rows = try records("a\n" + long + end + (end.isEmpty ? "" : "y"))
                #expect(rows[0].code == code)
                #expect(rows[0].raw.count == CSVReader.recordLimit)
                #expect(rows.dropFirst().map(\.fields) == (end.isEmpty ? [] : [["y"]]))
            }
        }
    }

    @Test func `other delimiters and quotes`() throws {
        let rows = try records("a;b\n'1;''';2,3\n", dialect: CSVDialect(delimiter: 0x3B, quote: 0x27))
        #expect(rows.map(\.fields) == [["1;'", "2,3"]])
        #expect(thrown { _ = try records("a\n", dialect: CSVDialect(delimiter: 0x22)) }?.code == .badPattern)
        #expect(thrown { _ = try records("a\n", dialect: CSVDialect(delimiter: 0x0A)) }?.code == .badPattern)
    }

    /// The second computation: a plain state machine over the whole text, for texts without broken quotes.
    @Test func `agrees with a parser written another way, across buffer ends`() throws {
        var random = SplitMix(state: 7)
        let pieces = ["a", "é", "\"\"", ",", "\n", "\r\n", "long field with words", "𝄞", " ", "0.25"]
        var text = "c1,c2,c3\n"
        var expected: [[String]] = []
        while text.utf8.count < 1_200_000 {
            var fields: [String] = []
            for index in 0..<3 {
                let isQuoted = Bool.random(using: &random)
                var field = ""
                for _ in 0..<Int.random(in: 0...6, using: &random) {
                    guard let piece = pieces.randomElement(using: &random) else { continue }
                    if isQuoted || !["\"\"", ",", "\n", "\r\n"].contains(piece) { field += piece }
                }
                text += (isQuoted ? "\"\(field)\"" : field) + (index < 2 ? "," : "")
                fields.append(
                    isQuoted
                        ? field.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"")
                        : field)
            }
            text += ["\n", "\r\n"].randomElement(using: &random) ?? "\n"
            expected.append(fields)
        }
        let rows = try records(text)
        #expect(rows.allSatisfy { $0.code == nil })
        #expect(rows.map(\.fields) == expected)
    }
}
