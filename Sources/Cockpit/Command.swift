import Engine
import Terminal

/// One thing that can be done: the same row feeds keys, footer, help, palette, documentation and tests.
struct Command: Sendable {
    /// Where it can be done.
    enum Context: String, CaseIterable, Sendable {
        case anywhere
        /// Where a table has the keys.
        case table
        /// Where an order is at hand: the one selected or opened.
        case order
        /// Where an order is open and its lines have the keys.
        case lines
        /// On the risk screen and on the page of a product.
        case risk
        /// On screens with tabs.
        case tabs
        /// On rows of quarantine.
        case quarantine
        /// In a demo.
        case demo
    }

    /// What it changes.
    enum Weight: Sendable {
        /// Nothing outside this screen.
        case looks
        /// The shop's decisions or facts: gone in a read-only cockpit.
        case changes
    }

    let id: CommandID
    let keys: [Key]
    let context: Context
    let title: String
    let help: String
    var weight = Weight.looks
    /// Lower ranks are in the footer first; nil is not in the footer.
    var footer: Int?
    /// Why it cannot be done now; nil where it can.
    var whyNot: @Sendable (State) -> String? = { _ in nil }
    let run: @Sendable (inout State) -> [Effect]
}

/// Names of commands: what key maps, documentation and tests know them by.
enum CommandID: String, CaseIterable, Sendable {
    case shift, orders, risk, data, journal
    case back, open, up, down, pageUp, pageDown, first, last, nextTab, previousTab
    case filter, sort, reverse, mark, unmark, refresh
    case approve, reject, snooze, undo, edit, resolve
    case supply, mend, retry
    case hold, runner, note
    case play, playOn
    case copy, export, palette, help, theme, mouse, suspend, repaint, quit
}

extension Command.Context {
    /// Whether one is there.
    func holds(_ state: State) -> Bool {
        switch self {
        case .anywhere: true
        case .table: state.focus != nil
        case .order:
            switch state.place {
            case .shift, .orders, .order: true
            default: false
            }
        case .lines: if case .order = state.place { true } else { false }
        case .risk:
            switch state.place {
            case .risk, .product: true
            default: false
            }
        case .tabs: state.place == .risk || state.place == .data
        case .quarantine: state.place == .data && state.dataTab == .quarantine
        case .demo: state.rights.isDemo
        }
    }
}

extension Command {
    /// Every command, in the order of help and palette.
    static let all: [Command] = moving + deciding + settling + mending + running + looking

    /// Those that can be reached from here; what changes anything is gone from a read-only cockpit.
    static func active(_ state: State) -> [Command] {
        all.filter { $0.context.holds(state) && !(state.rights.isReadOnly && $0.weight == .changes) }
    }

    /// The command of a key here.
    static func of(_ key: Key, _ state: State) -> Command? {
        active(state).last { $0.keys.contains(key) }
    }

    /// Does it, or says why not.
    func perform(_ state: inout State) -> [Effect] {
        if let reason = whyNot(state) {
            state.note = .bad(reason)
            return []
        }
        return run(&state)
    }

    static func keys(_ names: String...) -> [Key] { names.compactMap(Key.init(_:)) }

    private static func screen(_ id: CommandID, _ key: String, _ place: Place, _ help: String) -> Command {
        Command(
            id: id, keys: keys(key), context: .anywhere, title: place.name, help: help,
            run: { state in
                state.go(to: place)
                return state.rest()
            })
    }

    private static func move(
        _ id: CommandID, _ names: [Key], _ title: String, _ by: @escaping @Sendable (inout State) -> Void
    )
        -> Command
    {
        Command(
            id: id, keys: names, context: .table, title: title,
            help: "The selection stays with its row, not its place.",
            run: { state in
                by(&state)
                return state.afterMoving()
            })
    }

    private static let moving: [Command] = [
        screen(.shift, "1", .shift, "What ran by itself, what to decide first, how yesterday went, what is committed."),
        screen(.orders, "2", .orders, "Draft purchase orders: approve, change, reject, put off."),
        screen(.risk, "3", .risk, "What is out, what will be, what is too much, what cannot be planned."),
        screen(.data, "4", .data, "Late and unseen orders, feeds with their age, rows in quarantine."),
        screen(.journal, "5", .journal, "Who did what, on which evidence."),
        Command(
            id: .open, keys: keys("Enter", "Right"), context: .table, title: "Open",
            help: "Goes into the selected row.",
            footer: 1,
            whyNot: { $0.whyNotOpen }, run: { $0.open() }),
        Command(
            id: .back, keys: keys("Esc", "Left", "Backspace"), context: .anywhere, title: "Back",
            help: "Clears the filter, then goes where you came from.", footer: 8,
            run: { state in
                state.back()
                return []
            }),
        move(.up, keys("Up", "k"), "Up") { $0.table.move(by: -1) },
        move(.down, keys("Down", "j"), "Down") { $0.table.move(by: 1) },
        move(.pageUp, keys("PgUp"), "Page up") { $0.table.move(by: -$0.pageHeight) },
        move(.pageDown, keys("PgDn"), "Page down") { $0.table.move(by: $0.pageHeight) },
        move(.first, keys("Home", "g"), "First row") { $0.table.select(at: 0) },
        move(.last, keys("End", "G"), "Last row") { $0.table.select(at: .max) },
        Command(
            id: .nextTab, keys: keys("Tab"), context: .tabs, title: "Next tab", help: "The next tab of this screen.",
            footer: 2, run: { $0.turnTab(by: 1) }),
        Command(
            id: .previousTab, keys: keys("Shift-Tab"), context: .tabs, title: "Previous tab",
            help: "The previous tab of this screen.", run: { $0.turnTab(by: -1) }),
        Command(
            id: .filter, keys: keys("/"), context: .table, title: "Filter",
            help: "Shows only rows that contain all the words typed.", footer: 6,
            run: { state in
                state.overlays.append(.filter(TextField(state.table.filter)))
                return []
            }),
        Command(
            id: .sort, keys: keys("s"), context: .table, title: "Sort by the next column",
            help: "Goes through the columns, then back to the given order.", footer: 7,
            run: { state in
                state.table.sortByNext(state.listing)
                return []
            }),
        Command(
            id: .reverse, keys: keys("S"), context: .table, title: "Sort the other way round",
            help: "Turns the order of the sorted column.",
            run: { state in
                state.table.reverse(state.listing)
                return []
            }),
        Command(
            id: .refresh, keys: keys("r", "F5"), context: .anywhere, title: "Refresh",
            help: "Reads the shop anew and shows rows that were waiting; the selected row stays selected.",
            run: { state in
                state.refreshTables()
                return [.read]
            }),
    ]

    private static let deciding: [Command] = [
        Command(
            id: .mark, keys: keys("Space"), context: .table, title: "Pick",
            help: "Picks rows for a common decision: orders, or lines of one order.",
            run: { state in
                state.table.mark()
                return state.afterMoving()
            }),
        Command(
            id: .unmark, keys: keys("U"), context: .table, title: "Pick none", help: "Lets all picked rows go.",
            run: { state in
                state.table.clearMarks()
                return []
            }),
        Command(
            id: .approve, keys: keys("a"), context: .order, title: "Approve",
            help:
                "The order, the orders picked, or the lines picked of the open order; shows the money and asks first.",
            weight: .changes, footer: 2, whyNot: { $0.whyNotDecide }, run: { $0.askToApprove() }),
        Command(
            id: .edit, keys: keys("e"), context: .lines, title: "Edit quantity",
            help: "Types another quantity beside the proposed one; risk and cash follow as you type.",
            weight: .changes, footer: 3, whyNot: { $0.whyNotDecide }, run: { $0.askForQuantity() }),
        Command(
            id: .reject, keys: keys("x"), context: .order, title: "Reject",
            help: "With a reason that changes what is known: wrong lead time, do not buy, already ordered.",
            weight: .changes, footer: 4, whyNot: { $0.whyNotReject }, run: { $0.askWhyNot() }),
        Command(
            id: .snooze, keys: keys("z"), context: .order, title: "Put off",
            help: "Until a moment of shop time; it then asks again.", weight: .changes, footer: 5,
            whyNot: { $0.whyNotSnooze }, run: { $0.askUntilWhen() }),
        Command(
            id: .undo, keys: keys("u"), context: .order, title: "Undo",
            help: "Takes an approval back while its grace period runs.", weight: .changes, footer: 5,
            whyNot: { $0.whyNotUndo },
            run: { state in state.order.map { [.undo($0.id)] } ?? [] }),
    ]

    private static let settling: [Command] = [
        Command(
            id: .resolve, keys: keys("v"), context: .order, title: "Say what became of it",
            help: "Of an order with an unknown outcome: whether its supplier has it. Nothing is sent twice.",
            weight: .changes, whyNot: { $0.whyNotResolve }, run: { $0.askWhatBecame() })
    ]

    private static let mending: [Command] = [
        Command(
            id: .supply, keys: keys("t"), context: .risk, title: "Type what is missing",
            help: "The lead time, cost or count without which it cannot be ordered.", weight: .changes, footer: 3,
            whyNot: { $0.whyNotSupply }, run: { $0.askForMissing() }),
        Command(
            id: .mend, keys: keys("m"), context: .quarantine, title: "Mend",
            help: "Changes the raw row and tries it again.", weight: .changes, footer: 3,
            whyNot: { $0.whyNotMend }, run: { $0.askForRow() }),
        Command(
            id: .retry, keys: keys("t"), context: .quarantine, title: "Try all again",
            help: "Tries every row in quarantine as it is: what it waited for may be known by now.",
            weight: .changes, footer: 4, run: { _ in [.retryQuarantine] }),
    ]

    private static let running: [Command] = [
        Command(
            id: .hold, keys: keys("H"), context: .anywhere, title: "Hold or release",
            help: "Holds everything: no order leaves and nothing is decided by itself; or lets it go on.",
            weight: .changes, footer: 9, run: { $0.askToHold() }),
        Command(
            id: .runner, keys: keys("W"), context: .anywhere, title: "Start the runner",
            help: "Starts the process that plans and sends; without it approvals wait.", weight: .changes,
            whyNot: { $0.snapshot?.standing.runner.map { "a runner is at work: process \($0)" } },
            run: { _ in [.startRunner] }),
        Command(
            id: .note, keys: keys("N"), context: .anywhere, title: "Hand over a note",
            help: "For whoever looks next; it stands in the journal and on their shift screen.", weight: .changes,
            run: { state in
                state.overlays.append(
                    .ask(Question(purpose: .note, title: "A note for the next shift", hint: "at most 500 characters")))
                return []
            }),
        Command(
            id: .play, keys: keys("."), context: .demo, title: "Play a day",
            help: "The next real day comes in: its orders, its deliveries.", footer: 0,
            whyNot: { $0.busy.map { "\($0); wait for it" } }, run: { $0.play() }),
        Command(
            id: .playOn, keys: keys(">"), context: .demo, title: "Play on",
            help: "Plays day after day until any key is pressed.", footer: 0,
            run: { state in
                state.isPlaying = true
                return state.busy == nil ? state.play() : []
            }),
    ]

    private static let looking: [Command] = [
        Command(
            id: .copy, keys: keys("c"), context: .table, title: "Copy",
            help:
                "Sends the picked rows, else the selected one, to your clipboard (OSC 52), columns set apart by tabs.",
            run: { $0.copyRows() }),
        Command(
            id: .export, keys: keys("E"), context: .table, title: "Export",
            help: "Writes the rows shown to a CSV file in the folder you started in.", run: { $0.exportRows() }),
        Command(
            id: .palette, keys: keys(":", "Ctrl-P"), context: .anywhere, title: "Palette",
            help: "Finds any command by its name, any order or product by its words.", footer: 10,
            run: { state in
                state.overlays.append(.palette(Palette()))
                return []
            }),
        Command(
            id: .help, keys: keys("?", "F1"), context: .anywhere, title: "Help", help: "What every key does here.",
            footer: 11,
            run: { state in
                state.overlays.append(.help(top: 0))
                return []
            }),
        Command(
            id: .theme, keys: keys("T"), context: .anywhere, title: "Next theme",
            help: "dark, light, high contrast, colour-blind safe, mono.",
            run: { state in
                let names = Theme.builtIn
                let next = names[((names.firstIndex(of: state.theme) ?? -1) + 1) % names.count]
                state.theme = next
                state.note = .plain("theme \(next)")
                return [.theme(next)]
            }),
        Command(
            id: .mouse, keys: keys("M"), context: .anywhere, title: "Mouse on or off",
            help: "Off by default, so that the terminal's own selection works; when on, Shift and drag selects.",
            run: { state in
                state.hasMouse.toggle()
                state.note = .plain(state.hasMouse ? "mouse on: Shift and drag selects text" : "mouse off")
                return [.mouse(state.hasMouse)]
            }),
        Command(
            id: .suspend, keys: keys("Ctrl-Z"), context: .anywhere, title: "Suspend",
            help: "Back to the shell; fg returns.",
            run: { _ in [.suspend] }),
        Command(
            id: .repaint, keys: keys("Ctrl-L"), context: .anywhere, title: "Paint anew",
            help: "Paints the whole screen again.", run: { _ in [.repaint] }),
        Command(
            id: .quit, keys: keys("q", "Ctrl-C"), context: .anywhere, title: "Quit",
            help: "Leaves the cockpit; the runner and what was approved go on.", footer: 12,
            run: { state in
                state.isLeaving = true
                return []
            }),
    ]
}
