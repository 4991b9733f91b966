import Domain
import Formats
import Store

/// Whether overrides helped, one by one and by who answers for them.
public struct OverrideScores: Report, Sendable {
    /// What came of one person's overrides.
    public struct Owner: Sendable, Hashable {
        /// Who answers for them.
        public var name: String
        /// How many there are of each verdict.
        public var verdicts: [OverrideVerdict: Int] = [:]
        /// Units of forecast error saved by those with a verdict; negative where more was made than saved.
        public var unitsSaved = 0.0
    }

    /// By SKU, id and first day.
    public let scores: [OverrideScore]
    /// By name.
    public let owners: [Owner]

    init(_ scores: [OverrideScore]) {
        self.scores = scores.sorted { left, right in
            func rank(_ score: OverrideScore) -> (String, String, String, Day) {
                (score.span.sku, score.span.id, score.span.system, score.days.lowerBound)
            }
            return rank(left) < rank(right)
        }
        var owners: [String: Owner] = [:]
        for score in self.scores {
            var owner = owners[score.span.owner] ?? Owner(name: score.span.owner)
            owner.verdicts[score.verdict, default: 0] += 1
            owner.unitsSaved += score.unitsSaved ?? 0
            owners[score.span.owner] = owner
        }
        self.owners = owners.values.sorted { $0.name < $1.name }
    }

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("overrides", .array(scores.map(\.json))),
            (
                "owners",
                .array(
                    owners.map { owner in
                        func count(_ verdict: OverrideVerdict) -> JSONValue {
                            .integer(Int64(owner.verdicts[verdict] ?? 0))
                        }
                        return .object([
                            ("owner", .string(owner.name)), ("helped", count(.helped)),
                            ("noDifference", count(.noDifference)), ("hurt", count(.hurt)),
                            ("tooEarly", count(.tooEarly)), ("unknown", count(.unknown)),
                            ("unitsSaved", .number(owner.unitsSaved)),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        guard !scores.isEmpty else { return "no override has been in force on a day that has passed" }
        var table = TextTable([
            .init("ID"), .init("SKU"), .init("PLACE"), .init("SET"), .init("DAYS"), .init("OWNER"), .init("VERDICT"),
            .init("WHAT IT DID"),
        ])
        for score in scores {
            table.add([
                score.span.id, score.span.sku, score.span.place?.text ?? "", score.span.word.words,
                "\(score.days.lowerBound) to \(score.days.upperBound)", Readable.cut(score.span.owner, 20),
                score.verdict.words, score.words,
            ])
        }
        var summary = TextTable(
            [.init("OWNER")] + OverrideVerdict.allCases.map { .init($0.words.uppercased(), number: true) }
                + [.init("UNITS OF ERROR SAVED", number: true)])
        for owner in owners {
            summary.add(
                [Readable.cut(owner.name, 20)]
                    + OverrideVerdict.allCases.map { String(owner.verdicts[$0] ?? 0) }
                    + [Readable.units(owner.unitsSaved)])
        }
        return table.text + "\n\n" + summary.text
    }
}

extension Engine {
    /// Whether overrides helped: every version that was in force on a day that has passed, withdrawn and expired ones too.
    ///
    /// - Parameter id: that override alone; all where nil.
    /// - Throws: `EngineError(.notFound)` for an id that no override has.
    public func overrideScores(_ id: String? = nil, actor: String) throws -> OverrideScores {
        let spans = try facts.overrides().filter { id == nil || $0.id == id }
        if let id, spans.isEmpty {
            throw EngineError(.notFound, "no override is called '\(id.printable)'; see penstock override list --all")
        }
        let scoring = try OverrideScoring(self, holdingRate: policy(actor: actor).policy.service.holdingRate)
        return OverrideScores(try spans.compactMap(scoring.score))
    }
}
