import Actions
import Domain
import Store
import FoundationEssentials
import TestSupport
import Testing

@testable import Cockpit
@testable import Engine
@testable import Terminal

/// A person at a cockpit over a real shop. Every key is followed until nothing is under way any more.
final class ScriptedOperator {
    var state = State()
    private(set) var asked: [Effect] = []
    private let mailbox = Mailbox(nil)
    private let backstage: Backstage

    init(_ shop: EngineShop, name: String = EngineShop.actor, demo: sending Demo? = nil) async {
        state.rights.isDemo = demo != nil
        backstage = Backstage(
            shop.engine, demo: demo, actor: name, program: "/bin/false", folder: shop.folder.path, mailbox: mailbox)
        await follow([.read])
    }

    func press(_ keys: String...) async {
        for name in keys {
            guard let key = Key(name) else { return }
            await follow(state.update(.event(.key(key))))
        }
    }

    func type(_ text: String) async {
        for character in text { await follow(state.update(.event(.key(Key(.character(character)))))) }
    }

    /// Carries out what is asked for and all that follows from it.
    func follow(_ effects: [Effect]) async {
        var rest = effects
        while !rest.isEmpty {
            let effect = rest.removeFirst()
            asked.append(effect)
            await backstage.perform(effect)
            for message in mailbox.take() { rest += state.update(message) }
        }
        rest = state.rest()
        if !rest.isEmpty { await follow(rest) }
    }

    /// What is on the screen.
    func screen(_ width: Int = 120, _ height: Int = 40) -> String {
        let (frame, layout) = View.draw(state, size: Size(width: width, height: height))
        state.layout = layout
        return frame.lines.joined(separator: "\n")
    }
}

@Suite struct OperatorTests {
    /// A shop with two suppliers, each with products that are about to run out.
    private func shop(policy: String = "") throws -> EngineShop {
        let shop = try EngineShop(policy: policy)
        try shop.sell(["LAMP": daily(9), "MUG": daily(6), "BOX": daily(4)], from: "2011-08-04")
        try shop.count(["LAMP": 5, "MUG": 3, "BOX": 2])
        try shop.take(
            .offers,
            """
            supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days
            Acme,LAMP,2.50,GBP,6,6,10,2
            Acme,MUG,1.20,GBP,6,6,10,2
            Zenith,BOX,3.00,GBP,1,1,7,1

            """)
        try shop.replan()
        return shop
    }

    @Test func `an order is opened, changed, approved and sent exactly as it was shown`() async throws {
        let shop = try shop()
        let person = await ScriptedOperator(shop)
        await person.press("2")
        await person.press("/")
        await person.type("acme")
        await person.press("Enter", "Enter")
        let order = try #require(person.state.order)
        #expect(order.action.header.supplier.text == "Acme")
        person.state.table.select("MUG")
        await person.press("e")
        #expect(person.screen().contains("chance of running out"))
        await person.press("Ctrl-U")
        await person.type("600")
        await person.press("Enter")
        #expect(person.state.order?.action.lines.first { $0.draft.sku.text == "MUG" }?.edited == 600)
        #expect(person.screen().contains("600 was"), "the original stays beside it")

        await person.press("a")
        #expect(person.screen().contains("Approve this order?") && person.screen().contains("Cancel"))
        await person.press("Enter")
        #expect(try shop.actions([.approved]).isEmpty, "Cancel has the focus")
        await person.press("a", "a")
        #expect(try shop.actions([.approved]).isEmpty, "the key that asks does not confirm")
        await person.press("y")
        let approved = try #require(try shop.actions([.approved]).first)
        #expect(approved.id == order.id && approved.decidedBy == EngineShop.actor)
        try shop.runOnce()
        let files = try FileManager.default.contentsOfDirectory(atPath: shop.engine.folder.outbox)
        let csv = try String(
            contentsOf: URL(
                filePath: "\(shop.engine.folder.outbox)/\(try #require(files.first { $0 != "taken" }))/order.csv"),
            encoding: .utf8)
        #expect(csv.contains("MUG") && csv.contains("600"))
    }

    @Test func `a quantity that the supplier does not sell is refused with those that it does`() async throws {
        let person = await ScriptedOperator(try shop())
        await person.press("2", "/")
        await person.type("acme")
        await person.press("Enter", "Enter", "e", "Ctrl-U")
        await person.type("7")
        await person.press("Enter")
        #expect(person.state.note?.text.contains("6 or 12") ?? false)
        #expect(person.state.order?.action.version == 1)
    }

    @Test func `of two people at one order the second is told, and it exists once`() async throws {
        let shop = try shop()
        let (mira, olga) = (await ScriptedOperator(shop), await ScriptedOperator(shop, name: "olga"))
        await mira.press("2", "a")
        await olga.press("2", "a")
        await mira.press("y")
        await olga.press("y")
        #expect(olga.state.note?.role == .danger)
        #expect(try shop.actions([.approved]).count == 1)
        #expect(try shop.actions([.approved]).first?.decidedBy == EngineShop.actor)
        try shop.runOnce()
        #expect(try shop.actions([.confirmed]).count == 1)
    }

    @Test func `what changed since it was shown is not approved, and the screen shows what it is now`() async throws {
        let shop = try shop()
        let (mira, olga) = (await ScriptedOperator(shop), await ScriptedOperator(shop, name: "olga"))
        await mira.press("2", "/")
        await mira.type("acme")
        await mira.press("Enter", "a")
        await olga.press("2", "/")
        await olga.type("acme")
        await olga.press("Enter", "Enter", "e", "Ctrl-U")
        await olga.type("1200")
        await olga.press("Enter")
        await mira.press("y")
        #expect(mira.state.note?.text.contains("changed since") ?? false)
        #expect(try shop.actions([.approved]).isEmpty)
    }

    @Test func `an approval is taken back while its time runs`() async throws {
        let shop = try shop(policy: "")
        try Data("[reorder]\ngrace_minutes = 5\n".utf8).write(to: URL(filePath: shop.engine.folder.policy))
        let person = await ScriptedOperator(shop)
        await person.press("2", "a", "y")
        let id = try #require(try shop.actions([.approved]).first?.id)
        await person.press("r")
        person.state.machineTime = shop.engine.wallNow()
        person.state.table.select("\(id)")
        await person.press("Enter")
        #expect(person.screen().contains("leaves in 5:00") || person.screen().contains("leaves in 5 min"))
        await person.press("u")
        #expect(try shop.actions([.approved]).isEmpty)
        #expect(try shop.runOnce().deliveries.isEmpty)
    }

    @Test func `rejecting with the true lead time changes what is planned`() async throws {
        let shop = try shop()
        let person = await ScriptedOperator(shop)
        await person.press("2", "/")
        await person.type("acme")
        await person.press("Enter", "x", "l")
        await person.type("21")
        await person.press("Enter")
        #expect(try shop.actions([.rejected]).count == 1)
        #expect(try shop.plan("LAMP").offer?.leadTimeDays == 21)
        #expect(try shop.plan("LAMP").offer?.pack == 6, "the rest of the offer stays")
        try shop.replan()
        let again = try #require(try shop.actions().first { $0.header.supplier.text == "Acme" })
        #expect(again.lines.allSatisfy { $0.evidence.leadTimeDays == 21 })
    }

    @Test func `do not buy, already ordered and the true count change what is known`() async throws {
        let shop = try shop()
        let person = await ScriptedOperator(shop)
        func reject(_ supplier: String, _ keys: String..., answer: String? = nil) async {
            await person.press("r", "2", "/", "Ctrl-U")
            await person.type(supplier)
            await person.press("Enter", "x")
            for key in keys { await person.press(key) }
            if let answer {
                await person.type(answer)
                await person.press("Enter")
            }
        }
        await reject("zenith", "k", answer: "500")
        #expect(try shop.plan("BOX").stock?.onHand == 500)
        await reject("acme", "o", answer: "PO-77 2011-10-12")
        #expect(try shop.plan("LAMP").inbound.first?.order == "PO-77")
        try shop.replan()
        #expect(try shop.actions().allSatisfy { $0.header.supplier.text != "Zenith" })

        let other = try self.shop()
        let second = await ScriptedOperator(other)
        await second.press("2", "/")
        await second.type("zenith")
        await second.press("Enter", "x", "b")
        #expect(try other.actions([.rejected]).isEmpty, "a letter alone decides nothing")
        await second.press("y")
        #expect(try other.engine.facts.product("BOX")?.lifecycle == .doNotBuy)
    }

    @Test func `what is missing is typed where it is seen`() async throws {
        let shop = try shop()
        try shop.sell(["NEW": daily(3)], from: "2011-08-04")
        try shop.replan()
        let person = await ScriptedOperator(shop)
        await person.press("3", "Tab", "Tab", "Tab", "t")
        #expect(person.screen().contains("count of NEW"))
        await person.type("minus one")
        await person.press("Enter")
        #expect(person.screen().contains("whole number"))
        await person.press("Ctrl-U")
        await person.type("14")
        await person.press("Enter")
        #expect(try shop.plan("NEW").stock?.onHand == 14)
    }

    @Test func `a note stands on the shift screen of who looks next, and a hold on every screen`() async throws {
        let shop = try shop()
        let (mira, olga) = (await ScriptedOperator(shop), await ScriptedOperator(shop, name: "olga"))
        await mira.press("N")
        await mira.type("Acme closes early")
        await mira.press("Enter", "H")
        await mira.type("stock-take")
        await mira.press("Enter")
        await olga.press("r")
        #expect(olga.screen().contains("Acme closes early") && olga.screen().contains("HELD"))
        await olga.press("H")
        await olga.type("done")
        await olga.press("Enter")
        #expect(!olga.screen().contains("HELD"))
    }

    @Test func `what is shown is exported as shown, and never over a file that is there`() async throws {
        let shop = try shop()
        let person = await ScriptedOperator(shop)
        await person.press("2", "/")
        await person.type("zenith")
        await person.press("Enter", "E", "E")
        for name in ["penstock-orders.csv", "penstock-orders-1.csv"] {
            let path = "\(shop.folder.path)/\(name)"
            let rows = try String(contentsOf: URL(filePath: path), encoding: .utf8).split(whereSeparator: \.isNewline)
            #expect(rows.count == 2 && rows[0].hasPrefix("No,Cut-off,Supplier") && rows[1].contains("Zenith"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode.map { $0 & 0o077 } == 0, "for its owner alone")
        }
    }

    @Test func `what is copied are the picked rows, columns set apart by tabs`() async throws {
        let person = await ScriptedOperator(try shop())
        await person.press("2", "Space", "Space")
        guard case .copy(let text)? = person.state.press("c").first else {
            Issue.record("nothing was copied")
            return
        }
        let rows = text.split(separator: "\n")
        #expect(rows.count == 2 && rows.allSatisfy { $0.split(separator: "\t").count >= 8 })
    }

    @Test func `from an order one comes to its product and the rows it rests on, and back the same way`() async throws {
        let person = await ScriptedOperator(try shop())
        await person.press("2", "/")
        await person.type("acme")
        await person.press("Enter", "Enter", "Enter")
        guard case .product(let id) = person.state.place else {
            Issue.record("\(person.state.place)")
            return
        }
        #expect(person.state.path.count == 3)
        let text = person.screen()
        #expect(text.contains("why") && text.contains("order lines it rests on") && text.contains("sale"))
        #expect(person.state.products[id]?.projection != nil)
        await person.press("Esc", "Esc")
        #expect(person.state.place == .orders && person.state.table.filter == "acme")
    }

    @Test func `a row of quarantine is mended on the screen`() async throws {
        let shop = try shop()
        _ = try shop.engine.importer().run(
            ByteSource(
                bytes: Array("sku,place,quantity,state,counted_at\nMUG,main,many,on-hand,2011-10-03T08:00:00Z\n".utf8),
                name: "counts.csv"),
            layout: .known(.counts))
        let person = await ScriptedOperator(shop)
        await person.press("4", "Tab", "Tab")
        #expect(person.screen().contains("MUG,main,many"))
        await person.press("m", "Ctrl-U")
        await person.type("MUG,main,44,on-hand,2011-10-03T08:00:00Z")
        await person.press("Enter")
        #expect(person.state.snapshot?.quarantined == 0)
        #expect(try shop.plan("MUG").stock?.counted == 44)
    }

    @Test func `keys, clicks and sizes at random approve nothing unasked, and the selection stays with its row`()
        async throws
    {
        let shop = try shop()
        let person = await ScriptedOperator(shop)
        // Two minutes of it with PENSTOCK_RANDOM_SECONDS=120; a few seconds else.
        let seconds = ProcessInfo.processInfo.environment["PENSTOCK_RANDOM_SECONDS"].flatMap(Double.init) ?? 4
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        var random = SplitMix(state: 42)
        let names = [
            "1", "2", "3", "4", "5", "Up", "Down", "PgUp", "PgDn", "Home", "End", "Enter", "Esc", "Tab", "Shift-Tab",
            "/", "s",
            "S", "Space", "U", "r", "a", "x", "z", "u", "e", "t", "m", "H", "N", "c", "?", ":", "T", "M", "y", "n", "6",
            "0", "k",
            "l", "b", "Left", "Right", "Backspace", "Ctrl-U", "q",
        ]
        while ContinuousClock.now < end {
            let size = Size(width: 1 + random.below(140), height: 1 + random.below(50))
            let (frame, layout) = View.draw(person.state, size: size)
            #expect(frame.size == size)
            person.state.layout = layout
            let before = person.state
            var effects: [Effect]
            switch random.below(12) {
            case 0:
                let point = Point(x: random.below(size.width), y: random.below(size.height))
                effects = person.state.update(
                    .event(.mouse(Mouse(random.below(2) == 0 ? .press(.left) : .wheelDown, at: point))))
            case 1:
                effects = person.state.update(.read(try shop.engine.snapshot(actor: EngineShop.actor)))
                #expect(person.state.table.selected == before.table.selected, "what is read moves no selection")
            case 2: effects = person.state.update(.event(.paste("7\u{1B}[2J")))
            default:
                guard let key = Key(names[random.below(names.count)]) else { continue }
                effects = person.state.update(.event(.key(key)))
            }
            for effect in effects {
                switch effect {
                case .approve, .reject:
                    let wasAsked: Bool =
                        switch before.overlays.last {
                        case .confirm: true
                        case .ask(let question): if case .reject = question.purpose { true } else { false }
                        default: false
                        }
                    #expect(wasAsked, "decided without being asked")
                default: break
                }
            }
            await person.follow(effects)
            person.state.isLeaving = false
            #expect(!person.state.path.isEmpty)
        }
        guard case .intact = try Journal.verify(shop.engine.decisions, expected: nil) else {
            Issue.record("the journal is not whole")
            return
        }
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(max(1, bound)))
    }
}
