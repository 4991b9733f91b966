import Config
import Domain

/// What is wrong with a fact of one kind, and what becomes of it then.
///
/// Rules are data: those below ship with Penstock, a shop adds its own to `penstock.toml` as `[[rule]]`. One of the same
/// name takes the place of the one that ships; its severity `off` switches it off.
public struct ValidationRule: Sendable {
    /// What becomes of a fact for which the rule holds.
    public enum Severity: String, Sendable, CaseIterable {
        /// It goes to quarantine.
        case refuse
        /// It waits in quarantine until somebody lets it in.
        case park
        /// It is taken in, and the oddity is noted.
        case flag
        /// Nothing.
        case off
    }

    /// Its name: one word, or several with hyphens.
    public var name: String
    /// The kind of fact that it judges.
    public var kind: Fact.Kind
    /// What becomes of the fact.
    public var severity: Severity
    /// What is wrong, and what to do; `{field}` stands for the field's value.
    public var says: String
    let when: Expression
    let fields: [FactField]

    /// Reads the rules of a list of tables.
    ///
    /// - Throws: `ConfigError` with the line.
    static func read(_ tables: [ConfigTable]) throws(ConfigError) -> [ValidationRule] {
        var rules: [ValidationRule] = []
        for table in tables {
            guard let kind = Fact.Kind(rawValue: try table.string("fact") ?? "") else {
                throw table.error(
                    "fact", "fact must be one of \(Fact.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            guard let name = try table.string("name"), !name.isEmpty else {
                throw table.error("name", "name is missing: a rule is known by it")
            }
            guard let severity = Severity(rawValue: try table.string("severity") ?? "flag") else {
                throw table.error(
                    "severity", "severity must be one of \(Severity.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let fields = kind.fields
            let text = try table.string("when") ?? (severity == .off ? "1 = 0" : "")
            let when: Expression
            do throws(Expression.Failure) {
                when = try Expression(text, fields: fields.map(\.name))
            } catch {
                throw table.error("when", error.description)
            }
            let says = try table.string("say") ?? name
            if let unknown = ValidationRule.placeholders(in: says).first(where: { name in
                !fields.contains { $0.name == name }
            }) {
                throw table.error(
                    "say",
                    "{\(unknown.printable)} is no field of \(kind.rawValue); it has \(fields.map(\.name).joined(separator: ", "))"
                )
            }
            rules.append(
                ValidationRule(
                    name: name, kind: kind, severity: severity, says: says, when: when,
                    fields: fields))
            try table.end()
        }
        return rules
    }

    /// What the rule says of a fact; nil where it does not hold.
    func complaint(of fact: Fact, now: Instant, currency: Currency) -> String? {
        guard when.isTrue({ fields[$0].value(fact, now, currency) }) else { return nil }
        var text = says
        for field in fields where text.contains("{\(field.name)}") {
            let value =
                switch field.value(fact, now, currency) {
                case .missing: "nothing"
                case .boolean(let truth): truth ? "true" : "false"
                case .number(let number): ValidationRule.short(number)
                case .text(let text): text
                }
            text = text.replacing("{\(field.name)}", with: value)
        }
        return text
    }

    /// The names in braces.
    private static func placeholders(in text: String) -> [String] {
        text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { String(part[..<$0]) }
        }
    }

    /// At most two decimals: money and days need no more.
    private static func short(_ number: Double) -> String {
        guard number.magnitude < 1e15 else { return "\(number)" }
        let hundredths = Int64((number * 100).rounded())
        return FixedPoint.text(hundredths, decimals: 2, keep: hundredths % 100 == 0 ? 0 : 2)
    }
}

/// The rules in force for a shop.
public struct Validation: Sendable {
    private let rules: [Fact.Kind: [ValidationRule]]

    /// The rules that ship, and a shop's own in their place or besides.
    public init(_ own: [ValidationRule] = []) throws(ConfigError) {
        let shipped = try ValidationRule.read(
            try ConfigTable(Validation.shipped, file: "validation.toml").tables("rule"))
        let replaced = Set(own.map { "\($0.kind.rawValue) \($0.name)" })
        let all = shipped.filter { !replaced.contains("\($0.kind.rawValue) \($0.name)") } + own
        rules = Dictionary(grouping: all.filter { $0.severity != .off }, by: \.kind)
    }

    /// No rules at all.
    static let none = Validation(rules: [:])

    private init(rules: [Fact.Kind: [ValidationRule]]) { self.rules = rules }

    /// The rules that hold for a fact, with what they say.
    func complaints(of fact: Fact, now: Instant, currency: Currency) -> [(rule: ValidationRule, says: String)] {
        (rules[fact.kind] ?? []).compactMap { rule in
            rule.complaint(of: fact, now: now, currency: currency).map { (rule, $0) }
        }
    }

    /// Whether any rule judges facts of a kind.
    func hasRules(for kind: Fact.Kind) -> Bool { rules[kind] != nil }

    /// All rules, by kind and name.
    public var all: [ValidationRule] {
        rules.values.joined().sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }
    }
}
