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
            rules.append(
                ValidationRule(
                    name: name, kind: kind, severity: severity, says: try table.string("say") ?? name, when: when,
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

    /// All rules, by kind and name.
    public var all: [ValidationRule] {
        rules.values.joined().sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }
    }

    /// The rules that ship with Penstock.
    static let shipped = """
        # Time sanity: what has not happened cannot be told of; five minutes are clocks that differ.
        [[rule]]
        fact = "order"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "this is dated after the shop's clock; correct the date"
        [[rule]]
        fact = "amendment"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a refund or edit of the future; correct its date"
        [[rule]]
        fact = "count"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a count of the future; correct counted_at"
        [[rule]]
        fact = "move"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a move of the future; correct its time"
        [[rule]]
        fact = "receipt"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a receipt of the future; correct its time"
        [[rule]]
        fact = "web"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.05"
        say = "an event of the future; check the sender's clock"
        [[rule]]
        fact = "cart"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a cart of the future; check the sender's clock"
        [[rule]]
        fact = "ad-spend"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -1.5"
        say = "spend of a day that has not come; correct the day"
        [[rule]]
        fact = "order"
        name = "long-ago"
        severity = "flag"
        when = "age_days > 7305"
        say = "this is dated more than twenty years ago; is the year right?"

        # Cross-field: what a document says of itself against what its lines come to.
        [[rule]]
        fact = "order"
        name = "no-lines"
        severity = "refuse"
        when = "lines = 0 and not is_test"
        say = "an order without lines says nothing; fetch it again"
        [[rule]]
        fact = "order"
        name = "refund-undated"
        severity = "flag"
        when = "is_refund_undated"
        say = "money was given back and nobody says when; it counts on the day of fulfilment, else of payment, else of the order"
        [[rule]]
        fact = "order"
        name = "subtotal-disagrees"
        severity = "flag"
        when = "abs(stated_subtotal - subtotal) > 0.005"
        say = "the stated subtotal {stated_subtotal} is not what the lines come to after discounts, {subtotal}"
        [[rule]]
        fact = "order"
        name = "discounts-disagree"
        severity = "flag"
        when = "abs(stated_discounts - discounts) > 0.005"
        say = "the stated discounts {stated_discounts} are not those of the lines, {discounts}"
        [[rule]]
        fact = "order"
        name = "discount-exceeds-price"
        severity = "refuse"
        when = "largest_discount_share > 1.0001"
        say = "a line is discounted by more than its price; correct discount or price"
        [[rule]]
        fact = "order"
        name = "outsize"
        severity = "flag"
        when = "units > 100000"
        say = "{units} units in one order; is the quantity right?"

        # Range.
        [[rule]]
        fact = "shipment"
        name = "nothing-shipped"
        severity = "flag"
        when = "units = 0"
        say = "a shipment of nothing"
        [[rule]]
        fact = "product"
        name = "cost-above-price"
        severity = "flag"
        when = "cost > price"
        say = "cost {cost} is above price {price}; one of them is wrong, or it is sold at a loss"
        [[rule]]
        fact = "product"
        name = "bad-barcode"
        severity = "flag"
        when = "barcode_errors > 0"
        say = "the bar code's check digit is wrong; it is left out"
        [[rule]]
        fact = "kit"
        name = "negative"
        severity = "refuse"
        when = "quantity < 0"
        say = "a kit holds {quantity} of a component; write 1 or more, 0 to take it out"
        [[rule]]
        fact = "move"
        name = "no-units"
        severity = "refuse"
        when = "quantity <= 0"
        say = "a move needs a quantity above 0, not {quantity}; to turn it round, exchange from and to"
        [[rule]]
        fact = "move"
        name = "no-places"
        severity = "refuse"
        when = "from is missing and to is missing"
        say = "from and to are both blank; where did it move?"
        [[rule]]
        fact = "offer"
        name = "costs-nothing"
        severity = "flag"
        when = "cost = 0"
        say = "a supplier that asks nothing; a cost of 0 is never ordered automatically"
        [[rule]]
        fact = "purchase"
        name = "over-delivered"
        severity = "flag"
        when = "received > quantity"
        say = "{received} received of {quantity} ordered"
        [[rule]]
        fact = "purchase"
        name = "arrives-before-ordered"
        severity = "flag"
        when = "days_to_arrive < 0"
        say = "expected before it was ordered; correct one of the days"
        [[rule]]
        fact = "ship-notice"
        name = "no-units"
        severity = "refuse"
        when = "quantity <= 0"
        say = "a ship notice of {quantity} units; write what was sent"
        [[rule]]
        fact = "receipt"
        name = "nothing-came"
        severity = "flag"
        when = "quantity + damaged = 0"
        say = "a receipt of nothing"
        [[rule]]
        fact = "receipt"
        name = "expired"
        severity = "flag"
        when = "shelf_days < 0"
        say = "it had expired when it came"
        [[rule]]
        fact = "stage"
        name = "ends-before-start"
        severity = "refuse"
        when = "hours < 0"
        say = "a stage that ends before it begins; correct start or end"
        [[rule]]
        fact = "cart"
        name = "completed-before-begun"
        severity = "flag"
        when = "hours_to_complete < 0"
        say = "completed before it was begun"
        [[rule]]
        fact = "ad-spend"
        name = "more-clicks-than-views"
        severity = "flag"
        when = "clicks > impressions"
        say = "{clicks} clicks on {impressions} impressions"
        [[rule]]
        fact = "competitor-price"
        name = "no-price"
        severity = "refuse"
        when = "price <= 0.01"
        say = "a competitor asks {price}: that is a page without a price, not a price"
        [[rule]]
        fact = "ticket"
        name = "closed-before-opened"
        severity = "flag"
        when = "hours_open < 0"
        say = "closed before it was opened"
        [[rule]]
        fact = "shift"
        name = "no-hours"
        severity = "refuse"
        when = "hours <= 0"
        say = "a shift that ends before it begins; past midnight the end is on the next day"
        [[rule]]
        fact = "shift"
        name = "too-long"
        severity = "flag"
        when = "hours > 16"
        say = "a shift of {hours} hours"
        [[rule]]
        fact = "rate"
        name = "no-rate"
        severity = "refuse"
        when = "rate <= 0"
        say = "a rate of exchange is above 0"

        """
}
