import Domain
import Engine
import Glibc
import Synchronization
import Terminal

/// Works behind the screen, one thing after another, so that the screen never waits; what comes of it is a message.
actor Backstage {
    private let engine: Engine
    private let demo: Demo?
    private let actor: String
    private let program: String
    private let folder: String
    private let mailbox: Mailbox
    private var last: ShopSnapshot?

    init(_ engine: Engine, demo: sending Demo?, actor: String, program: String, folder: String, mailbox: Mailbox) {
        self.engine = engine
        self.demo = demo
        self.actor = actor
        self.program = program
        self.folder = folder
        self.mailbox = mailbox
    }

    /// Carries an effect out and posts what came of it.
    func perform(_ effect: Effect) {
        do {
            if let message = try outcome(of: effect) { mailbox.post(message) }
        } catch {
            if case .read = effect { return mailbox.post(.unread("\(error)".printable)) }
            mailbox.post(.failed("\(error)".printable))
        }
    }

    private func outcome(of effect: Effect) throws -> Message? {
        switch effect {
        case .read:
            // The first frame needs the orders; the rest follows at once.
            if last == nil { mailbox.post(.read(try engine.snapshot(isBrief: true, actor: actor))) }
            let snapshot = try engine.snapshot(after: last, actor: actor)
            last = snapshot
            return .read(snapshot)
        case .openProduct(let id): return .product(id, try engine.page(of: id, actor: actor))
        case .approve(let approvals): return try approve(approvals)
        case .edit(let id, let hash, let sku, let quantity):
            _ = try engine.desk(actor: actor).edit(
                id, expecting: hash, quantities: [sku: quantity], now: engine.now(), actor: actor)
            return .done("\(sku): \(quantity) instead")
        case .reject(let id, let hash, let lines, let reason):
            try engine.reject(id, expecting: hash, lines: lines, because: reason, actor: actor)
            return .done("order \(id) rejected: \(reason.sentence)", cleared: .marks)
        case .snooze(let ids, let until):
            for id in ids {
                try engine.desk(actor: actor).snooze(id, until: until, now: engine.now(), actor: actor)
            }
            return .done("put off until \(Wording.moment(until, engine.settings.zone))", cleared: .marks)
        case .undo(let id):
            try engine.desk(actor: actor).undo(id, now: engine.now(), actor: actor)
            return .done("order \(id) waits for a decision again")
        case .resolve(let id, let done):
            try engine.desk(actor: actor).resolve(
                id, done: done, now: engine.now(), wall: engine.wallNow(), actor: actor)
            return .done("order \(id): \(done ? "it was placed" : "it was not placed")")
        case .hold(let reason):
            try engine.desk(actor: actor).hold(reason: reason, now: engine.now(), actor: actor)
            return .done("everything is held")
        case .release(let reason):
            try engine.desk(actor: actor).release(reason: reason, now: engine.now(), actor: actor)
            return .done("everything goes on")
        case .note(let text):
            try engine.desk(actor: actor).note(text, now: engine.now(), actor: actor)
            return .done("the note stands in the journal")
        case .supply(let value, let id):
            try engine.supply(value, for: id, actor: actor)
            return .done("taken in; \(id.sku) is planned with the next round of the runner")
        case .mend(let id, let row):
            let report = try engine.mend(id, changes: [], row: row)
            guard report.count.refused == 0, report.count.parked == 0, report.complaints.isEmpty else {
                return .failed("still refused: \(report.complaints.first ?? "it waits for its product to be named")")
            }
            return .done("row \(id) taken in")
        case .retryQuarantine:
            let (tried, taken) = try engine.retryQuarantine()
            return .done("\(tried) rows tried, \(taken) taken in")
        case .startRunner:
            let process = try engine.startRunner(program: program)
            return .done("runner \(process) started")
        case .playDay:
            guard let demo else { return .failed("only a demo can be played") }
            let (day, lines) = try demo.playDay(actor: actor)
            return .played("\(Wording.day(day)) played: \(lines) order lines came in")
        case .export(let name, let csv): return .done("wrote \(try export(name, csv))")
        case .copy, .mouse, .theme, .suspend, .repaint: return nil
        }
    }

    /// Approves what was shown, each order by itself: one that has changed does not keep the others.
    private func approve(_ approvals: [Effect.Approval]) throws -> Message {
        var (sent, refusals, seconds) = (0, [String](), 0)
        for approval in approvals {
            do {
                switch try engine.approve(approval.id, expecting: approval.hash, lines: approval.lines, actor: actor) {
                case .queued: sent += 1
                case .awaitsSecond: seconds += 1
                }
            } catch {
                refusals.append("\(error)")
            }
        }
        if let first = refusals.first {
            return .failed((sent > 0 ? "\(sent) approved; " : "") + "\(refusals.count) not: \(first)".printable)
        }
        if seconds > 0 { return .done("\(seconds) noted; a second person must approve as well", cleared: .marks) }
        return .done(
            "\(sent == 1 ? "order" : "\(sent) orders") approved; u takes it back while its time runs", cleared: .marks)
    }

    /// Writes a file that is not there yet, for its owner alone.
    private func export(_ name: String, _ csv: [UInt8]) throws -> String {
        for number in 0..<1000 {
            let path = "\(folder)/penstock-\(name)\(number == 0 ? "" : "-\(number)").csv"
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if file < 0, errno == EEXIST { continue }
            guard file >= 0 else {
                throw EngineError(.usage, "cannot write \(path): \(String(cString: strerror(errno)))")
            }
            defer { close(file) }
            var rest = csv[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                guard count > 0 else {
                    throw EngineError(.usage, "cannot write \(path): \(String(cString: strerror(errno)))")
                }
                rest = rest.dropFirst(count)
            }
            return path
        }
        throw EngineError(.usage, "there are a thousand exports in \(folder); tidy up")
    }
}

/// Messages on their way to the screen.
final class Mailbox: Sendable {
    private let messages = Mutex<[Message]>([])
    private let wakeUp: WakeUp?

    init(_ wakeUp: WakeUp?) { self.wakeUp = wakeUp }

    func post(_ message: Message) {
        messages.withLock { $0.append(message) }
        wakeUp?.call()
    }

    /// Wakes the screen without a message.
    func nudge() { wakeUp?.call() }

    /// What has come; of several readings only the newest.
    func take() -> [Message] {
        let all = messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
        guard let newest = all.lastIndex(where: { if case .read = $0 { true } else { false } }) else { return all }
        return all.enumerated().filter { index, message in
            if case .read = message { index == newest } else { true }
        }.map(\.element)
    }
}

/// A flag between threads.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isOn: Bool {
        get { value.load(ordering: .acquiring) }
        set { value.store(newValue, ordering: .releasing) }
    }

    /// Lets it down; true where it was up.
    func lower() -> Bool { value.exchange(false, ordering: .acquiringAndReleasing) }
}
