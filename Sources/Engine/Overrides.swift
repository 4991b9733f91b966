import Domain
import Formats
import Intake
import Store

// What people set against the models from the command line: it goes through intake, like a file of overrides.

/// An override as somebody typed it; each is read as the column of its name is in a file.
public struct TypedOverride: Sendable {
    /// A code of the product, and the place where it is not for all.
    public var sku: String, place: String?
    /// What is set, to what, and in which unit where the value does not say it.
    public var what: String, value: String, unit: String?
    /// The days that it is for.
    public var from: String?, to: String?
    /// Who answers for it, why, and the last day on which it holds.
    public var owner: String, reason: String, expires: String

    /// As somebody typed it.
    public init(
        sku: String, place: String? = nil, what: String, value: String, unit: String? = nil, from: String? = nil,
        to: String? = nil, owner: String, reason: String, expires: String
    ) {
        self.sku = sku
        self.place = place
        self.what = what
        self.value = value
        self.unit = unit
        self.from = from
        self.to = to
        self.owner = owner
        self.reason = reason
        self.expires = expires
    }

    /// What it says, under an id and said at a moment.
    ///
    /// - Throws: `EngineError(.usage)` that names the option.
    func override(id: String, at now: Instant, zone: Zone) throws -> Override {
        let fields: [(OverridesFormat.Field, String?)] = [
            (.id, id), (.sku, sku), (.place, place), (.what, what), (.value, value), (.unit, unit), (.from, from),
            (.to, to), (.owner, owner), (.reason, reason), (.expires, expires), (.updatedAt, now.description),
        ]
        let writer = JSONLinesWriter()
        try writer.line(
            .object(fields.compactMap { field, text in text.map { (field.rawValue, .string($0)) } }))
        var reader = PlainLinesReader<OverridesFormat>(ByteSource(bytes: writer.bytes, name: "override"), zone: zone)
        switch try reader.next()?.outcome {
        case .success(let override): return override
        case .failure(let error):
            let option = error.field.map { $0 == "sku" ? "SKU " : "--\($0) " } ?? ""
            throw EngineError(.usage, option + error.message)
        case nil: throw EngineError(.usage, "an override of nothing")
        }
    }
}

extension Engine {
    /// The system of record for what is set by hand: the one that a file of overrides speaks for.
    private static let operators = "operator"

    /// Sets a figure of a product against the models, until it expires.
    ///
    /// - Returns: its id.
    /// - Throws: `EngineError`: `.notFound` for a product or place that is not known, `.usage` for what cannot be read,
    ///   `.refused` by a rule, `.busy`.
    public func setOverride(_ typed: TypedOverride, actor: String) throws -> String {
        guard let product = try facts.product(typed.sku) else {
            throw EngineError(.notFound, "no product is known as '\(typed.sku.printable)'")
        }
        let places = try facts.places().map(\.name.text)
        if let place = typed.place, !places.contains(place) {
            throw EngineError(
                .notFound,
                "no place is called '\(place.printable)'; there are \(places.joined(separator: ", "))")
        }
        let now = try now()
        let today = settings.zone.day(of: now)
        let file = try OverrideFile(folder.overrides, mode: folder.fileMode)
        var typed = typed
        typed.sku = product.sku.text
        let override = try typed.override(id: nextOverride(), at: now, zone: settings.zone)
        if let from = override.from, let to = override.to, to < from {
            throw EngineError(.usage, "--to \(to) comes before --from \(from)")
        }
        guard override.expires >= max(today, override.from ?? today) else {
            throw EngineError(
                .usage,
                "--expires \(override.expires) comes before it would hold; name its last day, "
                    + "\(max(today, override.from ?? today)) or later")
        }
        try keep(override, in: file)
        try desk(actor: actor).note(
            Readable.cut("override \(override.id): \(override.summary): \(override.reason)", 480), now: now,
            actor: actor)
        return override.id
    }

    /// Takes an override back; its history stays.
    ///
    /// - Throws: `EngineError`: `.notFound`; `.refused` where it is withdrawn already, or another system's word;
    ///   `.usage` without a reason; `.busy`.
    public func withdrawOverride(_ id: String, reason: String, actor: String) throws {
        guard !reason.trimmed.isEmpty else { throw EngineError(.usage, "--reason is blank; say why") }
        let file = try OverrideFile(folder.overrides, mode: folder.fileMode)
        let versions = try facts.overrides().filter { $0.id == id && $0.replacedOn == nil }
        guard let span = versions.first(where: { $0.system == Engine.operators }) ?? versions.first else {
            throw EngineError(.notFound, "no override is called '\(id.printable)'; see penstock override list")
        }
        guard span.status == .active else {
            throw EngineError(.refused, "override \(id.printable) was withdrawn on \(span.saidOn) already")
        }
        guard span.system == Engine.operators, let sku = SKU(span.sku) else {
            throw EngineError(
                .refused,
                "override \(id.printable) is the word of \(span.system.printable): withdraw it there, or import its row "
                    + "with status withdrawn and --system \(span.system.printable)")
        }
        let now = try now()
        let override = Override(
            id: id, product: ProductReference(sku), place: span.place, word: span.word, from: span.from, to: span.to,
            owner: span.owner, reason: String(reason.trimmed), expires: span.expires, status: .withdrawn,
            // Where the clock stands still, it comes after what it takes back.
            updatedAt: Instant(milliseconds: max(now.milliseconds, span.saidAt.milliseconds + 1)))
        try keep(override, in: file)
        try desk(actor: actor).note(
            Readable.cut("override \(id) withdrawn: \(override.reason)", 480), now: now, actor: actor)
    }

    /// Writes an override into the shop's file of them and takes that in; one that is refused is taken out again.
    private func keep(_ override: Override, in file: OverrideFile) throws {
        let size = try file.append(override)
        let report = try importer().run(ByteSource(path: folder.overrides), layout: .known(.overrides))
        let isIn = try facts.overrides().contains {
            $0.id == override.id && $0.system == Engine.operators && $0.saidAt == override.updatedAt
                && $0.status == override.status
        }
        guard !isIn else { return }
        let row = try (facts.quarantined(.refused) + facts.quarantined(.parked)).last {
            $0.batch == report.batch && $0.layout == KnownLayout.overrides.rawValue
        }
        if row?.state == .parked {
            throw EngineError(.partial, "it waits in quarantine as row \(row?.id ?? 0): \(row?.reason ?? "")")
        }
        file.cut(to: size)
        if let row { try facts.settle(quarantined: row.id, as: .dropped) }
        throw EngineError(.refused, row?.reason ?? report.complaints.last ?? "it was not taken in")
    }

    /// The next id that no override has: `o` and a number. The file's lock keeps others from taking it meanwhile.
    private func nextOverride() throws -> String {
        let last = try facts.overrides().compactMap { $0.id.hasPrefix("o") ? Int64($0.id.dropFirst()) : nil }.max()
        return "o\((last ?? 0) &+ 1)"
    }
}

extension Override {
    /// What it says, in a line.
    var summary: String {
        "\(product) \(word.words)" + (place.map { " at \($0)" } ?? "") + (from.map { " from \($0)" } ?? "")
            + (to.map { " to \($0)" } ?? "") + ", until \(expires)"
    }
}

extension Override.Word {
    /// What is set, in words.
    var words: String {
        switch self {
        case .unitsPerDay(let units): "forecast \(Readable.units(units)) a day"
        case .factor(let factor): "forecast × \(factor)"
        case .leadTime(let days): "lead time \(Readable.units(days)) days"
        case .minimum(let units): "minimum \(units)"
        case .target(let share): "target \(Readable.units(share * 100)) %"
        }
    }
}
