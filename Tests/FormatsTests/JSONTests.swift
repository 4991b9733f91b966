import Domain
import Testing

@testable import Formats

/// The text that a JSON text spells; nil where it is none.
private func root(_ text: String) -> JSONNode? { try? JSONDocument(Array(text.utf8)).root }

@Suite struct JSONDocumentTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1", "-1.5", "0.5e-10", "1E+2", "1e400", "123456789012345678901234567890",
        "\"\"", "\"a\"", #""\"\\\/\b\f\n\r\t""#, #""\u0000""#, #""\ud800""#, "\"\u{7F}\u{85}\u{2028}é日𝄞\"", "[]", "{}",
        " [ 1 , [ ] , { } ] ", "\t\r\n{\"a\" : 1 , \"a\" : 2}\n", "{\"\":\"\"}", "[\"a\",1,null,[],{}]",
    ])
    func `what RFC 8259 allows is read`(text: String) {
        #expect(root(text) != nil)
    }

    @Test(arguments: [
        "", " ", "nul", "True", "nullx", "undefined", "NaN", "Infinity", "-Infinity", "-", "+1", "01", "-01", "00",
        "1.",
        ".5", "1.e5", "1e", "1e+", "0x10", "1_000", "1,", "1 2", "'a'", "\"", "\"a", "\"\\", "\"\\\"", #""\x""#,
        #""\u12""#,
        #""\u12g4""#, #""\U0041""#, "\"\t\"", "\"\n\"", "\"\u{0}\"", "[", "]", "[1", "[1,]", "[,1]", "[1 2]", "[1,,2]",
        "[1}", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{1:2}", "{\"a\" 1}",
        "{\"a\"::1}",
        "{\"a\":1 \"b\":2}", "{\"a\":1]", "[] []", "{} x", "// x\n1", "/* */1", "[1]\u{0}", "\u{FEFF}[]", "\u{A0}1",
        "\u{0B}1",
    ])
    func `what RFC 8259 does not allow is refused, and where it fails is said`(text: String) {
        do throws(JSONDocument.Failure) {
            _ = try JSONDocument(Array(text.utf8))
            Issue.record("'\(text)' was read")
        } catch {
            #expect(!error.message.isEmpty)
            #expect((0...text.utf8.count).contains(error.offset))
        }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x5B, 0x80, 0x5D],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONDocument.Failure.self) { try JSONDocument(bytes) }
    }

    @Test func `escapes are told, pairs of surrogates as one character, halves as what replaces them`() {
        #expect(root(#""\"\\\/\b\f\n\r\t""#)?.text == "\"\\/\u{8}\u{C}\n\r\t")
        #expect(root(#""\u00e9\u00C9x\u65e5""#)?.text == "éÉx日")
        #expect(root(#""\ud834\udd1e""#)?.text == "𝄞")
        #expect(root(#""a\ud834b\udd1ec\ud834""#)?.text == "a\u{FFFD}b\u{FFFD}c\u{FFFD}")
        #expect(root(#""\ud834\u0041\udd1e\ud834""#)?.text == "\u{FFFD}A\u{FFFD}\u{FFFD}")
        #expect(root(#""\ud834\n\udd1e""#)?.text == "\u{FFFD}\n\u{FFFD}")
        #expect(root(#""é\u0000日""#)?.text == "é\u{0}日")
        #expect(root(#""\\u0041""#)?.text == #"\u0041"#)
    }

    @Test func `nesting is read as deep as the limit, and no deeper`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        func objects(_ depth: Int) -> String {
            String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
        }
        let limit = JSONDocument.depthLimit
        #expect(root(nested(limit)) != nil)
        #expect(root(nested(limit + 1)) == nil)
        #expect(root(objects(limit)) != nil)
        #expect(root(objects(limit + 1)) == nil)
        #expect(root(nested(1_000_000)) == nil)
        #expect(root(String(repeating: "[", count: 1_000_000)) == nil)
    }

    @Test func `numbers keep their digits`() throws {
        let text = "[0.10,-0,1E2,123456789012345678901234567890.5]"
        let node = try #require(root(text))
        #expect(node.elements.map(\.text) == ["0.10", "-0", "1E2", "123456789012345678901234567890.5"])
        #expect(node.elements.allSatisfy { $0.isNumber && $0.bool == nil })
    }

    @Test func `values know their kind, their members and their bytes`() throws {
        let node = try #require(root(#" {"a":[1,{"b":null}],"\u0062":true,"a":"x","":{}} "#))
        #expect(node.isObject)
        #expect(node.members.map(\.name) == ["a", "b", "a", ""])
        // The first of a name counts.
        #expect(node["a"]?.isArray == true)
        #expect(node["b"]?.bool == true)
        #expect(node["c"] == nil)
        #expect(node[""]?.members.isEmpty == true)
        #expect(node["a"]?.elements.last?["b"]?.isNull == true)
        #expect(node["a"]?["b"] == nil)
        #expect(node["b"]?.elements.isEmpty == true)
        let sources = node.members.map { String(decoding: $0.value.source, as: UTF8.self) }
        #expect(sources == [#"[1,{"b":null}]"#, "true", #""x""#, "{}"])
        #expect(String(decoding: node.source, as: UTF8.self).hasPrefix(#"{"a""#))
    }
}

@Suite struct JSONItemsTests {
    /// A value with its place; nil for one that is broken.
    private struct Item: Equatable {
        var raw: String
        var line: Int
        var offset: Int64
        var isSound: Bool
    }

    private func items(_ text: String, after taken: Int = 0) throws -> [Item] {
        let bytes = Array(text.utf8)
        var items = JSONItems(
            ByteSource(bytes: Array(bytes[taken...]), name: "x.json"), after: Array(bytes[..<taken]))
        var all: [Item] = []
        while let item = try items.next() {
            if case .failure(let error) = item {
                #expect(error.line == items.line)
                #expect(error.offset == items.offset)
                #expect(error.file == "x.json")
            }
            all.append(
                Item(
                    raw: String(decoding: items.raw, as: UTF8.self), line: items.line, offset: items.offset,
                    isSound: (try? item.get()) != nil))
        }
        return all
    }

    @Test func `a value a line, whatever ends the line and however many are blank`() throws {
        let found = try items("{\"a\":1}\n\r\n  {\"b\":2}  \r\n3\n\"x\"")
        #expect(found.map(\.raw) == ["{\"a\":1}", "{\"b\":2}", "3", "\"x\""])
        #expect(found.map(\.line) == [1, 3, 4, 5])
        #expect(found.map(\.offset) == [0, 12, 23, 25])
        #expect(found.allSatisfy { $0.isSound })
        #expect(try items("") == [])
        #expect(try items(" \n\t\n") == [])
    }

    @Test(arguments: [0, 1, 5, 20])
    func `the elements of an array, on lines of their own or not`(taken: Int) throws {
        let found = try items(" [{\"a\":1}, {\"b\":[2,3]},\n4 , \"x,]\"\n,{\n\"c\":\n{}\n}\n]\n", after: taken)
        #expect(found.map(\.raw) == ["{\"a\":1}", "{\"b\":[2,3]}", "4", "\"x,]\"", "{\n\"c\":\n{}\n}"])
        #expect(found.map(\.line) == [1, 1, 2, 2, 3])
        #expect(found.map(\.offset) == [2, 11, 24, 28, 35])
        #expect(found.allSatisfy { $0.isSound })
        #expect(try items("[]") == [])
        #expect(try items("[\n]\n") == [])
    }

    @Test func `values may run over lines`() throws {
        let found = try items("{\n  \"a\": [\n    {\n      \"b\": 1\n    }\n  ]\n}\n{\n  \"c\": 2\n}\n")
        #expect(found.map(\.line) == [1, 8])
        #expect(found.allSatisfy { $0.isSound })
    }

    @Test func `values that are indented by nothing are whole, alone and in an array`() throws {
        let order = "{\n\"items\": [\n{\n\"id\": 1\n},\n{\n\"id\":\n{}\n}\n]\n}"
        #expect(try items(order).map(\.raw) == [order])
        #expect(try items(order + "\n" + order + "\n").map(\.raw) == [order, order])
        let inArray = try items("[\n\(order),\n\(order)\n]")
        #expect(inArray.map(\.raw) == [order, order])
        // What an array held reads the same alone.
        #expect(try items(inArray[0].raw).map(\.isSound) == [true])
        let page = "{\"orders\":[\n{\"id\":1},\n{\"id\":2}\n]}"
        #expect(try items(page).map(\.raw) == [page])
    }

    @Test(arguments: [
        "{\"a\":1", "{\"a\":", "{\"a\":[", "{\"a\":[1,", "{\"a\":[{\"b\":1},", "{\"a\":\"x", "{\"a\":\"x\\", "{\"a\"",
        "{",
        "[1,", "x", "]", "}}", "\"",
    ])
    func `a line that was cut off spoils no other`(cut: String) throws {
        let before = "{\"id\":1}\n"
        let found = try items("\(before)\(cut)\n{\"id\":2}\n{\"id\":3}\n")
        #expect(found.map(\.isSound) == [true, false, true, true])
        #expect(found.map(\.raw) == ["{\"id\":1}", cut, "{\"id\":2}", "{\"id\":3}"])
        #expect(found.map(\.line) == [1, 2, 3, 4])
        let next = Int64(before.utf8.count + cut.utf8.count + 1)
        #expect(found.map(\.offset) == [0, 9, next, next + 9])
    }

    @Test func `many lines that were cut off are each a problem, and what is whole is read`() throws {
        let text = String(repeating: "{\"a\":[\n{\"b\":\n", count: 300) + "{\"c\":1}\n"
        let found = try items(text)
        #expect(found.count == 601)
        #expect(found.map(\.line) == Array(1...601))
        #expect(found.map(\.isSound) == Array(repeating: false, count: 600) + [true])
    }

    @Test func `a broken element of an array is one problem, and two on a line are told apart`() throws {
        #expect(try items("[{\"a\":1},{\"b\":x},{\"c\":3}]").map(\.isSound) == [true, false, true])
        #expect(try items("[\n{\"a\":1}\n{\"b\":2}\n5\n6\n]").map(\.isSound) == [true, true, true, true])
        #expect(try items("{\"a\":1} {\"b\":2}\n{\"c\":3}\n").map(\.isSound) == [false, true])
    }

    @Test func `a byte order mark counts as bytes of the file and as nothing else`() throws {
        #expect(try items("\u{FEFF}{\"a\":1}\n{\"b\":2}").map(\.offset) == [3, 11])
        let utf16 = "{\"é\":1}\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        var items = JSONItems(ByteSource(bytes: [0xFF, 0xFE] + utf16, name: "x"))
        #expect(try items.next()?.get()["é"]?.text == "1")
    }

    @Test func `a value beyond the limit is refused without being kept, and what follows is read`() throws {
        let long = "{\"a\":\"" + String(repeating: "x", count: JSONItems.itemLimit) + "\"}"
        let found = try items("{\"id\":1}\n\(long)\n{\"id\":2}\n")
        #expect(found.map(\.isSound) == [true, false, true])
        #expect(found[1].raw.utf8.count == JSONItems.itemLimit)
        var items = JSONItems(ByteSource(bytes: Array(long.utf8), name: "x"))
        guard case .failure(let error)? = try items.next() else {
            Issue.record("the value was taken")
            return
        }
        #expect(error.code == .tooLong)
    }
}

@Suite struct JSONRowTests {
    private func row(_ text: String) throws -> JSONRow {
        JSONRow(try #require(root(text)), file: "x.json", line: 7, offset: 40)
    }

    private func refusal<Value>(_ body: () throws -> Value) -> FormatError? { thrown { _ = try body() } }

    @Test func `texts are trimmed, blank ones are none, and numbers keep their digits`() throws {
        let row = try row(#"{"a":" x\n","b":"  ","c":null,"d":1.50,"e":true,"f":[],"g":"\u00a0"}"#)
        #expect(row.text("a") == "x")
        #expect(row.text("b") == nil)
        #expect(row.text("c") == nil)
        #expect(row.text("d") == "1.50")
        #expect(row.text("e") == nil)
        #expect(row.text("f") == nil)
        #expect(row.text("g") == "\u{A0}")
        #expect(row.text("none") == nil)
        let error = refusal { try row.requiredText("b") }
        #expect(error?.code == .missingValue)
        #expect(error?.line == 7)
        #expect(error?.offset == 40)
        #expect(error?.field == "b")
    }

    @Test func `yes and no have several spellings`() throws {
        let row = try row(#"{"a":true,"b":"FALSE","c":1,"d":"no","e":"maybe","f":2,"g":null}"#)
        #expect(["a", "b", "c", "d", "e", "f", "g"].map { row.bool($0) } == [true, false, true, false, nil, nil, nil])
    }

    @Test func `names are held to the rules of names`() throws {
        let row = try row(#"{"a":" MUG ","b":"x\u202ey","c":7,"d":"\#(String(repeating: "x", count: 201))"}"#)
        let names: [SKU?] = [try row.optionalName("a"), try row.optionalName("c"), try row.optionalName("e")]
        #expect(names.map(\.?.text) == ["MUG", "7", nil])
        #expect(refusal { try row.identifier("b") }?.code == .notAName)
        #expect(refusal { try row.identifier("d") }?.code == .notAName)
        #expect(refusal { try row.identifier("x", "y") }?.field == "y")
        #expect(try row.identifier("x", "c", "a") == "7")
    }

    @Test func `whole numbers are whole and in their range`() throws {
        let row = try row(
            #"{"a":12,"b":"12.0","c":1.2e1,"d":12.5,"e":"x","f":1e300,"g":1000000000001,"h":"","i":-3,"j":"1e2","k":"0x10"}"#
        )
        let read = try ["a", "b", "c"].map { name in try row.integer(name) }
        #expect(read == [12, 12, 12])
        #expect(try row.integer("h") == nil)
        #expect(try row.integer("i") == -3)
        for (name, code) in [
            ("d", FormatError.Code.notANumber), ("e", .notANumber), ("f", .outOfRange), ("g", .outOfRange),
            ("j", .notANumber), ("k", .notANumber),
        ] { #expect(refusal { try row.integer(name) }?.code == code, "\(name)") }
        #expect(refusal { try row.integer("i", 0...5) }?.code == .outOfRange)
        #expect(refusal { try row.requiredInteger("h") }?.code == .missingValue)
    }

    @Test func `prices are exact as texts, and to the nearest millionth as numbers`() throws {
        let row = try row(
            #"{"a":"199.00","b":0.1,"c":19.990000000000002,"d":"0.0000001","e":1.5e-3,"f":"9223372036854.775807","g":"9223372036854.775808","h":1e16,"i":-2.5,"j":"1,5","k":-1e999}"#
        )
        let read = try ["a", "b", "c", "e", "f", "i"].map { name in try row.requiredPrice(name).micros }
        #expect(read == [199_000_000, 100_000, 19_990_000, 1_500, .max, -2_500_000])
        for (name, code) in [
            ("d", FormatError.Code.notANumber), ("g", .outOfRange), ("h", .outOfRange), ("j", .notANumber),
            ("k", .outOfRange), ("none", .missingValue),
        ] { #expect(refusal { try row.requiredPrice(name) }?.code == code, "\(name)") }
    }

    @Test func `amounts have the decimals of their currency`() throws {
        let row = try row(#"{"a":"450","b":"1.234","c":"0.005","d":"-0.005"}"#)
        func minor(_ name: String, _ code: String) throws -> Int64? {
            try row.minorUnits(name, #require(Currency(code)))
        }
        #expect(try minor("a", "JPY") == 450)
        #expect(try minor("a", "GBP") == 45_000)
        #expect(try minor("b", "KWD") == 1_234)
        #expect(try minor("b", "GBP") == 123)
        #expect(try minor("c", "GBP") == 1)
        #expect(try minor("d", "GBP") == -1)
        #expect(try minor("none", "GBP") == nil)
    }

    @Test func `numbers are finite, and hexadecimal is none`() throws {
        let row = try row(#"{"a":1e-7,"b":"2.5","c":"0x10","d":"nan","e":"inf","f":1e999,"g":"1e5"}"#)
        let read = try ["a", "b", "g"].map { name in try row.number(name) }
        #expect(read == [1e-7, 2.5, 1e5])
        for name in ["c", "d", "e", "f"] { #expect(refusal { try row.number(name) }?.code == .notANumber, "\(name)") }
    }

    @Test func `moments need their offset and days their place in the calendar`() throws {
        let row = try row(
            #"{"a":"2024-05-01T10:00:00+09:00","b":"2024-05-01T10:00:00","c":"2024-02-30","d":"2024-05-01T23:00:00Z","e":"0001-01-01T00:00:00+01:00","f":"9999-12-31T23:59:59-00:01"}"#
        )
        #expect(try row.moment("a")?.description == "2024-05-01T01:00:00Z")
        #expect(try row.requiredMoment("x", "a").description == "2024-05-01T01:00:00Z")
        #expect(try row.day("d") == Day("2024-05-01"))
        #expect(try row.moment("x") == nil)
        #expect(try row.day("x") == nil)
        for name in ["b", "c", "e", "f"] { #expect(refusal { try row.moment(name) }?.code == .notATime, "\(name)") }
        #expect(refusal { try row.day("c") }?.code == .notATime)
        #expect(refusal { try row.requiredMoment("x", "y") }?.field == "y")
    }

    @Test func `currencies may be written small`() throws {
        let row = try row(#"{"a":"gbp","b":"£","c":"","d":"ÉUR"}"#)
        #expect(try row.currency("c", "a").code == "GBP")
        #expect(refusal { try row.currency("b") }?.code == .unknownWord)
        #expect(refusal { try row.currency("d") }?.code == .unknownWord)
        #expect(refusal { try row.currency("c") }?.code == .missingValue)
    }

    @Test func `inner objects are named by their path`() throws {
        let row = try row(#"{"a":{"b":[{"c":"x"},{"c":"y"}]},"n":null,"t":"x"}"#)
        let inner = try #require(row.object("a"))
        #expect(inner.objects("b").map { $0.text("c") } == ["x", "y"])
        #expect(refusal { try inner.objects("b")[1].requiredInteger("c") }?.field == "a.b[1].c")
        #expect(row.object("n") == nil)
        #expect(row.object("t") == nil)
        #expect(row.objects("t").isEmpty)
        #expect(try inner.objects("b", atMost: 2).count == 2)
        #expect(refusal { try inner.objects("b", atMost: 1) }?.code == .tooLong)
    }
}
