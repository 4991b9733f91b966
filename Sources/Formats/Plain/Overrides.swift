import Domain

/// What people set against the models: `id,sku,place,what,value,unit,from,to,owner,reason,expires,status,updated_at`.
///
/// | `what` | `value` | `unit` |
/// |---|---|---|
/// | `forecast` | units a day | `units_per_day` (or blank) |
/// | `forecast` | a factor: `1.5` with its unit; `x1.5` or `+20 %` say it themselves | `factor` |
/// | `lead_time` | days from order to shelf, 0 to 730 | `days` (or blank) |
/// | `minimum` | least units on the shelf, whole | `units` (or blank) |
/// | `target` | share of demand served from the shelf, `0.98` or `98 %`, at most 0.9999 | `share` (or blank) |
///
/// Blank `place` is all of them. `from` and `to` are the first and last day that it is for, blank from when it was said
/// until it expires. `owner`, `reason` and `expires`, the last day on which it holds, must be there. `status` is `active`
/// (or blank) or `withdrawn`. It is known by its id; of two versions that with the later `updated_at` holds, ISO 8601;
/// blank is the moment of the import.
public enum OverridesFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case id, sku, place, what, value, unit, from, to, owner, reason, expires, status
        case updatedAt = "updated_at"
    }

    /// The columns without which a file is none of these; a row without the others that must be there is refused itself.
    public static let needed: [Field] = [.id, .sku, .what, .value]

    /// The override of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> Override {
        guard let owner = try row.optionalIdentifier(.owner) else {
            throw row.error(.missingValue, "is blank; name who answers for it", .owner)
        }
        guard let reason = try row.words(.reason) else {
            throw row.error(.missingValue, "is blank; say why, so that it can be judged afterwards", .reason)
        }
        guard let expires = try row.day(.expires) else {
            throw row.error(
                .missingValue, "is blank; write the last day on which it holds, such as 2011-12-31", .expires)
        }
        return Override(
            id: try row.identifier(.id), product: try row.product(.sku), place: try row.optionalName(.place),
            word: try word(row), from: try row.day(.from), to: try row.day(.to), owner: owner, reason: reason,
            expires: expires, status: try row.word(.status) ?? .active, updatedAt: try row.moment(.updatedAt))
    }

    private static func word(_ row: PlainRow<Field>) throws(FormatError) -> Override.Word {
        guard let figure: Override.Figure = try row.word(.what) else {
            throw row.error(.missingValue, "is blank; write forecast, lead_time, minimum or target", .what)
        }
        let unit: Override.Unit? = try row.word(.unit)
        if let unit, unit.figure != figure {
            let fitting = Override.Unit.allCases.filter { $0.figure == figure }.map(\.rawValue)
            throw row.error(
                .unknownWord,
                "'\(unit.rawValue)' is no unit of \(figure.rawValue); write "
                    + fitting.joined(separator: " or "), .unit)
        }
        let word: Override.Word?
        switch figure {
        case .forecast: word = try forecast(row, unit)
        case .leadTime: word = try row.number(.value, 0...Limits.leadTimeDays).map { .leadTime(days: $0) }
        case .minimum: word = try row.integer(.value).map { .minimum(units: $0) }
        case .target:
            word = try row.share(.value, upTo: 0.9999).map { .target(share: $0) }
            if case .target(share: 0)? = word {
                throw row.error(.outOfRange, "is 0; to keep nothing of it, say so in its lifecycle", .value)
            }
        }
        guard let word else {
            throw row.error(.missingValue, "is blank; write what \(figure.rawValue) should be", .value)
        }
        return word
    }

    private static func forecast(_ row: PlainRow<Field>, _ unit: Override.Unit?) throws(FormatError) -> Override.Word? {
        if unit == .factor { return try row.factor(.value).map { .factor($0) } }
        guard try row.writtenFactor(.value) != nil else {
            return try row.number(.value, 0...Double(Limits.quantity)).map { .unitsPerDay($0) }
        }
        guard unit == nil else {
            throw row.error(.notANumber, "is a factor, and unit says units_per_day; correct one of them", .value)
        }
        return try row.factor(.value).map { .factor($0) }
    }

    /// The fields of an override.
    public static func written(_ override: Override) -> [Field: PlainValue] {
        filled(
            [
                .id: .text(override.id), .place: .of(override.place), .what: .text(override.word.figure.rawValue),
                .value: .number(override.word.value), .unit: .text(override.word.unit.rawValue),
                .from: .of(override.from), .to: .of(override.to), .owner: .text(override.owner),
                .reason: .text(override.reason), .expires: .of(override.expires),
                .status: .text(override.status.rawValue), .updatedAt: .of(override.updatedAt),
            ], override.product, .sku)
    }
}
