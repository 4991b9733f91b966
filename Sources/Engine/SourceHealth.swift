import Actions
import Domain
import Intake
import Store

extension Feed {
    /// Fewest rows of which a share says something.
    static let fewest = 20

    /// What is wrong with the source at a moment.
    ///
    /// Silence is told only of a source that is looked at: after a pause of the runner it has its first look first.
    func troubles(_ settings: FeedSettings, at now: Instant) -> [TroubledSource] {
        var found: [TroubledSource] = []
        func report(_ trouble: SourceTrouble, _ says: String) {
            found.append(TroubledSource(name: name, trouble: trouble, says: says))
        }
        if state == .failing { report(.failing, said) }
        if state != .starting, let promise = settings.promise {
            let silence = Duration.milliseconds(now.milliseconds - (lastAt ?? beganAt).milliseconds)
            if silence > promise {
                report(.silent, "nothing has come for \(silence.words), promised is \(promise.words)")
            }
        }
        let share = window.at(now).share
        if share.rows >= Feed.fewest, share.refused > settings.maxQuarantineShare {
            report(
                .quarantine,
                "\(Readable.chance(share.refused)) of the last \(share.rows) rows were refused, the limit is "
                    + Readable.chance(settings.maxQuarantineShare))
        }
        return found
    }
}

extension Duration {
    /// In the largest unit that leaves a whole number of them, roughly: `15 min`, `36 h`.
    var words: String {
        let seconds = components.seconds
        return switch seconds {
        case ..<1: "\(components.attoseconds / 1_000_000_000_000_000) ms"
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}

extension Engine {
    /// What is wrong with the live sources now.
    public func troubledSources() throws -> [TroubledSource] {
        let known = Dictionary(try facts.liveSources().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let now = wallNow()
        return settings.intake.feeds.flatMap { known[$0.name]?.troubles($0, at: now) ?? [] }
    }

    /// What systems that count the same shelves disagree about: more than a tenth of at least twenty products, where
    /// nobody has said whose counts hold. Takes a while where much is counted twice.
    public func contradictions() throws -> [TroubledSource] {
        guard settings.intake.records.precedence[.stock] == nil else { return [] }
        let agreement = try facts.stockAgreement(asOf: now())
        let (compared, differing) = (agreement.compared, agreement.disagreements.count)
        guard compared >= Feed.fewest, differing * 10 > compared else { return [] }
        return [
            TroubledSource(
                name: "stock", trouble: .disagreeing,
                says: "systems differ on \(differing) of \(compared) products; see penstock sources disagreements, and "
                    + "say in [records] whose stock counts")
        ]
    }

    /// Raises a signal for each thing that is wrong with a live source, and closes those that are over. For the holder of
    /// `run.lock`. With nothing changed it writes nothing.
    ///
    /// - Parameter contradictions: what sources disagree about.
    public func judgeSources(_ contradictions: [TroubledSource], actor: String) throws {
        let troubles = try troubledSources() + contradictions
        let silent = Set(troubles.filter { $0.trouble == .silent }.map(\.name))
        for feed in settings.intake.feeds { try facts.note(silence: silent.contains(feed.name), of: feed.name) }
        try desk(actor: actor).settle(troubles, now: now(), actor: actor)
    }
}
