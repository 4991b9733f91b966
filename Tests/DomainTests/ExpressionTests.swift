import Domain
import Numerics
import Testing

@Suite struct ExpressionTests {
    private typealias Value = Expression.Value

    private static let fields = ["code", "quantity", "price", "customer", "nothing"]
    private static let record: [Value] = [.text("POST"), .number(-3), .number(2.5), .text("Ann's"), .missing]

    private static func value(_ text: String) throws -> Value {
        try Expression(text, fields: fields).evaluate { record[$0] }
    }

    @Test(
        arguments: [
            // From weakest to strongest: or, and, not, comparison, + -, * /, unary -.
            ("1 + 2 * 3", .number(7)), ("(1 + 2) * 3", .number(9)), ("10 - 4 - 3", .number(3)),
            ("12 / 3 / 2", .number(2)),
            ("-2 * -3", .number(6)), ("--5", .number(5)), ("2 - -1", .number(3)), ("1 + 1 = 2", .boolean(true)),
            ("true or true and false", .boolean(true)), ("(true or true) and false", .boolean(false)),
            ("not false and false", .boolean(false)), ("not (false and false)", .boolean(true)),
            ("not not true", .boolean(true)),
            ("not 1 = 2", .boolean(true)), ("quantity < 0 and price >= 2.5", .boolean(true)),
            ("code = 'POST' or nothing = 1", .boolean(true)), ("price != 2.5", .boolean(false)),
            ("'a' < 'b'", .boolean(true)), ("'b' <= 'a'", .boolean(false)), ("2 > 10", .boolean(false)),
            ("'2' > '10'", .boolean(true)),
        ] as [(String, Expression.Value)])
    func `operators bind as they say`(text: String, expected: Expression.Value) throws {
        #expect(try ExpressionTests.value(text) == expected)
    }

    @Test(
        arguments: [
            ("nothing is missing", .boolean(true)), ("nothing is not missing", .boolean(false)),
            ("code is missing", .boolean(false)),
            ("nothing = nothing", .boolean(false)), ("nothing != 1", .boolean(false)), ("nothing < 1", .boolean(false)),
            ("nothing + 1", .missing), ("nothing * 0", .missing), ("-nothing", .missing), ("1 / 0", .missing),
            ("not nothing", .boolean(true)), ("not (nothing = 1)", .boolean(true)),
            ("nothing in (1, 2)", .boolean(false)),
            ("nothing and true", .boolean(false)), ("nothing or true", .boolean(true)),
            ("coalesce(nothing, 7)", .number(7)),
            ("coalesce(nothing, nothing)", .missing), ("upper(nothing)", .missing), ("min(1, nothing)", .missing),
            ("starts_with(nothing, 'a')", .boolean(false)), ("code = 1", .boolean(false)),
            ("code != 1", .boolean(true)),
            ("code < 1", .boolean(false)), ("code + 1", .missing), ("quantity and true", .boolean(false)),
        ] as [(String, Expression.Value)])
    func `missing is neither zero nor empty, and a number is no text`(text: String, expected: Expression.Value) throws {
        #expect(try ExpressionTests.value(text) == expected)
    }

    @Test(
        arguments: [
            ("starts_with(code, 'PO')", .boolean(true)), ("ends_with(code, 'ST')", .boolean(true)),
            ("contains(code, 'OS')", .boolean(true)),
            ("contains(code, '')", .boolean(true)), ("contains(code, 'X')", .boolean(false)),
            ("upper('aé')", .text("AÉ")),
            ("lower('AÉ')", .text("aé")), ("length('aé')", .number(2)), ("length('')", .number(0)),
            ("abs(quantity)", .number(3)), ("sqrt(quantity * quantity)", .number(3)), ("sqrt(-4)", .missing),
            ("min(3, 1, 2)", .number(1)), ("max(3, 1, 2)", .number(3)), ("code in ('D', 'POST')", .boolean(true)),
            ("code not in ('D', 'POST')", .boolean(false)), ("quantity in (-3)", .boolean(true)),
            ("customer = 'Ann''s'", .boolean(true)),
            ("''", .text("")), ("''''", .text("'")), ("abs('x')", .missing), ("length(5)", .missing),
        ] as [(String, Expression.Value)])
    func `every function does what its name says`(text: String, expected: Expression.Value) throws {
        #expect(try ExpressionTests.value(text) == expected)
    }

    @Test func `texts compare by their bytes`() throws {
        // The same letter, composed and decomposed: other bytes, another code.
        #expect(try ExpressionTests.value("'\u{E9}' = 'e\u{301}'") == .boolean(false))
        #expect(try ExpressionTests.value("'\u{E9}' != 'e\u{301}'") == .boolean(true))
        #expect(try ExpressionTests.value("'\u{E9}' in ('e\u{301}')") == .boolean(false))
        #expect(try ExpressionTests.value("'e\u{301}' < '\u{E9}'") == .boolean(true))
        #expect(try ExpressionTests.value("contains('e\u{301}', 'e')") == .boolean(true))
    }

    @Test(arguments: [
        ("", 0), ("quantity <", 10), ("(1 + 2", 6), ("1 + * 2", 4), ("colour = 1", 0), ("1 = colour", 4),
        ("shout('a')", 0),
        ("abs(1, 2)", 0), ("min(1)", 0), ("code in 'D'", 8), ("code is blank", 8), ("'open", 0), ("1 2", 2),
        ("a ~ b", 2),
        ("code = \"D\"", 7), ("1.2.3", 0), ("quantity == 0", 10), ("1 < 2 < 3", 6), ("code in ()", 9), (")", 0),
        ("price ! 1", 6),
    ])
    func `a text that is no expression says where`(text: String, position: Int) {
        let failure = #expect(throws: Expression.Failure.self) { try ExpressionTests.value(text) }
        #expect(failure?.position == position, "\(failure?.description ?? "")")
        #expect(failure?.description.contains("(at character \(position + 1))") == true)
    }

    @Test func `nesting without end is refused, not followed`() {
        for text in [
            String(repeating: "(", count: 20_000) + "1", String(repeating: "abs(", count: 5_000) + "1",
            String(repeating: "1 in (", count: 5_000), "1" + String(repeating: " + 1", count: 20_000),
            "true" + String(repeating: " or true", count: 20_000),
            "true" + String(repeating: " and true", count: 20_000),
        ] {
            #expect(throws: Expression.Failure.self) { try ExpressionTests.value(text) }
        }
    }

    @Test func `what is just allowed is evaluated`() throws {
        let chain = "1" + String(repeating: " + 1", count: 249)
        let text = String(repeating: "(", count: 98) + chain + String(repeating: ")", count: 98)
        #expect(try ExpressionTests.value(text) == .number(250))
    }

    @Test func `long chains of signs and of not are no nesting`() throws {
        #expect(try ExpressionTests.value(String(repeating: "-", count: 400) + "2") == .number(2))
        #expect(try ExpressionTests.value(String(repeating: "not ", count: 401) + "true") == .boolean(false))
    }

    @Test func `no text makes it trap, and no number is infinite`() {
        let words = [
            "or", "and", "not", "is", "in", "missing", "true", "false", "code", "quantity", "nothing", "min",
            "coalesce", "abs",
            "length", "(", ")", ",", "+", "-", "*", "/", "=", "!=", "<=", "<", "''", "'a'", "'", "0", "1", "9.5",
            "999999999999999999999999", "1e9", ".", "é", "\u{0}", "\"", "!", "日",
        ]
        var random = SplitMix64(seed: 7)
        var compiled = 0
        for _ in 0..<20_000 {
            let text = (0..<Int(random.next() % 12)).map { _ in words[Int(random.next() % UInt64(words.count))] }
                .joined(separator: random.next() % 4 == 0 ? "" : " ")
            guard let value = try? ExpressionTests.value(text) else { continue }
            compiled += 1
            if case .number(let number) = value, !number.isFinite { Issue.record("\(text) is \(number)") }
        }
        #expect(compiled > 500, "the fuzz must reach the evaluator too")
    }

    @Test func `a number that no Double holds is refused`() {
        #expect(throws: Expression.Failure.self) { try ExpressionTests.value(String(repeating: "9", count: 400)) }
    }
}
