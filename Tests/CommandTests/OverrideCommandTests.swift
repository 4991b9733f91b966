import Domain
import Engine
import FoundationEssentials
import TestSupport
import Testing

/// Overrides from the command line.
@Suite struct OverrideCommandTests {
    /// A shop whose clock stands at 2011-10-03, with products A and B, and stock of A at `main`.
    private func shop() throws -> CommandShop {
        let shop = try CommandShop()
        let engine = try shop.open()
        try engine.facts.setClock(.fixed(EngineShop.start))
        try engine.facts.database.close()
        try engine.decisions.close()
        try shop.take("sku,name,price\nA,Thing,5.00\nB,Thing too,6.00\n", as: "products.csv")
        try shop.take(
            "sku,place,quantity,state,counted_at\nA,main,5,on-hand,2011-10-02T18:00:00Z\n", as: "counts.csv")
        return shop
    }

    private func set(_ shop: CommandShop, _ changes: [String: String?] = [:]) throws -> ChildProgram.Ending {
        var options: [String: String?] = [
            "--what": "forecast", "--value": "12", "--reason": "school fair", "--expires": "2011-12-31",
        ]
        options.merge(changes) { $1 }
        let arguments = options.sorted { $0.key < $1.key }.flatMap { name, value in value.map { [name, $0] } ?? [] }
        return try shop.start(["override", "set", "A"] + arguments).wait()
    }

    private func list(_ shop: CommandShop, _ more: String...) throws -> [AnyJSON] {
        try AnyJSON(shop.start(["override", "list", "--json"] + more).wait().output).list
    }

    private func file(_ shop: CommandShop) throws -> String {
        try String(contentsOfFile: shop.shop.overrides, encoding: .utf8)
    }

    @Test func `an override is set, listed, withdrawn and known again by a rebuilt store`() throws {
        let shop = try shop()
        let made = try set(shop, ["--owner": "ann", "--from": "2011-10-10", "--place": "main"])
        #expect(made.code == 0 && made.output == "o1\n", "\(made.error)")
        #expect(try set(shop, ["--value": "-10%", "--to": "2011-10-20"]).output == "o2\n")
        let rows = try list(shop)
        #expect(rows.map { $0["id"]?.text } == ["o1", "o2"])
        let first = try #require(rows.first)
        for (key, value) in [
            ("sku", "A"), ("place", "main"), ("what", "forecast"), ("unit", "units_per_day"), ("from", "2011-10-10"),
            ("owner", "ann"), ("reason", "school fair"), ("expires", "2011-12-31"), ("state", "planned"),
            ("system", "operator"),
        ] { #expect(first[key]?.text == value, "\(key)") }
        let values = rows.map { row -> Double? in if case .number(let value) = row["value"] { value } else { nil } }
        #expect(values == [12, 0.9])
        #expect(rows[1]["unit"]?.text == "factor" && rows[1]["state"]?.text == "in-force")
        #expect(rows[1]["owner"]?.text?.isEmpty == false, "whoever typed it")

        #expect(try shop.run("override", "withdraw", "o1", "--reason", "no fair").code == 0)
        #expect(try shop.run("override", "withdraw", "o1", "--reason", "no fair").code == 3, "it is withdrawn")
        #expect(try shop.run("override", "withdraw", "o9", "--reason", "x").code == 6)
        #expect(try shop.run("override", "withdraw", "o2", "--reason", " ").code == 2)
        #expect(try list(shop).map { $0["id"]?.text } == ["o2"])
        let all = try list(shop, "--all")
        #expect(all.map { $0["state"]?.text } == ["replaced", "withdrawn", "in-force"])
        #expect(all[1]["reason"]?.text == "no fair")
        let journal = try shop.run("journal", "show").output
        #expect(
            journal.contains("override o1: A forecast 12 a day at main from 2011-10-10, until 2011-12-31: school fair"))
        #expect(journal.contains("override o1 withdrawn: no fair"))
        #expect(try shop.run("override").output.contains("o2"))

        // The same store again, from the files alone.
        let before = try shop.run("override", "list", "--all", "--json").output
        let sources = try file(shop)
        try FileManager.default.removeItem(atPath: shop.shop.facts)
        for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: shop.shop.facts + end) }
        let engine = try shop.open()
        try engine.facts.setClock(.fixed(EngineShop.start))
        try engine.facts.database.close()
        try engine.decisions.close()
        try shop.take("sku,name,price\nA,Thing,5.00\nB,Thing too,6.00\n", as: "products.csv")
        try shop.take(
            "sku,place,quantity,state,counted_at\nA,main,5,on-hand,2011-10-02T18:00:00Z\n", as: "counts.csv")
        #expect(try shop.run("import", shop.shop.overrides).code == 0)
        #expect(try shop.run("override", "list", "--all", "--json").output == before)
        #expect(try set(shop).output == "o3\n")
        #expect(try file(shop).hasPrefix(sources))
        #expect(try shop.run("doctor").code == 0)
    }

    @Test(
        arguments: [
            (["--value": "lots"], 2, "--value"), (["--what": "price"], 2, "--what"),
            (["--what": "target", "--value": "98"], 2, "--value"), (["--unit": "days"], 2, "--unit"),
            (["--expires": "tomorrow"], 2, "--expires"), (["--expires": "2011-10-02"], 2, "--expires"),
            (["--from": "2012-01-01"], 2, "--expires"), (["--from": "2011-10-20", "--to": "2011-10-10"], 2, "--to"),
            (["--reason": " "], 2, "--reason"), (["--reason": nil], 2, "--reason"),
            (["--expires": nil], 2, "--expires"),
            (["--place": "atlantis"], 6, "main"), (["--owner": ""], 2, "--owner"),
        ] as [([String: String?], Int32, String)])
    func `what cannot be meant is said at once, and leaves nothing behind`(
        changes: [String: String?], code: Int32, word: String
    ) throws {
        let shop = try shop()
        let ending = try set(shop, changes)
        #expect(ending.code == code && ending.error.contains(word), "\(ending.error)")
        #expect(try list(shop, "--all").isEmpty)
        #expect(try AnyJSON(shop.run("quarantine", "list", "--json").output).list.isEmpty)
        #expect(try set(shop).output == "o1\n")
    }

    @Test func `an unknown product is not found`() throws {
        let ending = try shop().run(
            "override", "set", "ZZZ", "--what", "minimum", "--value", "6", "--reason", "x", "--expires", "2011-12-31")
        #expect(ending.code == 6 && ending.error.contains("ZZZ"))
    }

    @Test func `what a shop's own rule refuses is neither in the file nor in quarantine`() throws {
        let shop = try shop()
        #expect(try set(shop).code == 0)
        let before = try file(shop)
        let settings = try String(contentsOfFile: shop.shop.settings, encoding: .utf8)
        try Data(
            (settings
                + "\n[[rule]]\nname = \"too-much\"\nfact = \"override\"\nseverity = \"refuse\"\nwhen = \"value > 100\"\nsay = \"ask the buyer\"\n")
                .utf8
        ).write(to: URL(filePath: shop.shop.settings))
        let ending = try set(shop, ["--value": "101"])
        #expect(ending.code == 3 && ending.error.contains("ask the buyer"), "\(ending.error)")
        #expect(try file(shop) == before)
        #expect(try AnyJSON(shop.run("quarantine", "list", "--json").output).list.isEmpty)
    }

    @Test func `a file that people keep is written under its own header, and a damaged one is left`() throws {
        let shop = try shop()
        let own =
            "sku,what,value,unit,reason,owner,id,expires,status,updated_at,note\nA,minimum,6,units,shelf,ann,shelf-1,2011-12-31,,,mine"
        try Data(own.utf8).write(to: URL(filePath: shop.shop.overrides))
        #expect(try set(shop).output == "o1\n")
        let text = try file(shop)
        #expect(text.hasPrefix(own + "\nA,forecast,12,units_per_day,school fair,"))
        #expect(try list(shop).map { $0["id"]?.text } == ["o1", "shelf-1"])
        #expect(try set(shop, ["--place": "main"]).code == 3, "the file has no column for it")
        #expect(try file(shop) == text)
        #expect(try shop.run("override", "withdraw", "shelf-1", "--reason", "sold").code == 0)
        #expect(try list(shop).map { $0["id"]?.text } == ["o1"])
        try Data("nonsense\n".utf8).write(to: URL(filePath: shop.shop.overrides))
        #expect(try set(shop).code == 3)
        #expect(try file(shop) == "nonsense\n")
    }

    @Test func `another system's override is withdrawn there`() throws {
        let shop = try shop()
        try shop.take(
            "id,sku,what,value,owner,reason,expires\no1,A,minimum,6,ann,fair,2011-12-31\n", as: "overrides.csv",
            ["--system", "erp"])
        let ending = try shop.run("override", "withdraw", "o1", "--reason", "x")
        #expect(ending.code == 3 && ending.error.contains("--system erp"))
        #expect(try set(shop).output == "o2\n")
    }

    @Test func `two that are set at the same time are two`() throws {
        let shop = try shop()
        let programs = try (1...4).map { value in
            try shop.start([
                "override", "set", "A", "--what", "minimum", "--value", "\(value)", "--reason", "x", "--expires",
                "2011-12-31",
            ])
        }
        let ids = programs.map { $0.wait() }.filter { $0.code == 0 }.map(\.output)
        #expect(Set(ids).count == ids.count && !ids.isEmpty)
        #expect(try list(shop).count == ids.count)
        #expect(try file(shop).split(separator: "\n").count == ids.count + 1)
    }

    @Test func `overrides are scored afterwards, one by one and by owner`() throws {
        let shop = try CommandShop()
        try shop.stock(products: 1)
        let none = try shop.run("override", "score")
        #expect(none.code == 0 && none.output.contains("no override"))
        try shop.take(
            """
            id,sku,what,value,from,to,owner,reason,expires,updated_at
            o1,P0,forecast,60,2011-09-20,2011-10-02,ann,fair,2011-10-02,2011-09-18T08:00:00Z
            o2,P0,forecast,60,2011-10-03,2011-10-10,ann,fair,2011-10-10,2011-09-18T08:00:00Z

            """, as: "overrides.csv")
        let ending = try shop.run("override", "score", "--json")
        #expect(ending.code == 0 && ending.error.isEmpty, "\(ending.error)")
        let document = try AnyJSON(ending.output)
        let score = try #require(document["overrides"]?.list.first)
        #expect(document["overrides"]?.list.count == 1, "o2 begins today")
        for (key, value) in [
            ("id", "o1"), ("sku", "P0"), ("owner", "ann"), ("reason", "fair"), ("verdict", "hurt"),
            ("from", "2011-09-20"), ("to", "2011-10-02"),
        ] { #expect(score[key]?.text == value, "\(key)") }
        // The till's file has 8 to 12 units a day, and one more.
        guard case .number(let error) = score["forecast"]?["error"],
            case .number(let days) = score["forecast"]?["days"],
            case .number(let saved) = score["forecast"]?["unitsSaved"],
            case .number(let hurt) = document["owners"]?[0]?["hurt"],
            case .number(let sum) = document["owners"]?[0]?["unitsSaved"]
        else {
            Issue.record("\(ending.output)")
            return
        }
        let actual = (1...13).reduce(0) { $0 + 9 + $1 % 5 }
        #expect(days == 13 && error == Double(13 * 60 - actual) && saved < -580 && hurt == 1 && sum == saved)
        let text = try shop.run("override", "score", "o1").output
        #expect(text.contains("hurt") && text.contains("ann"))
        let unknown = try shop.run("override", "score", "o9")
        #expect(unknown.code == 6 && unknown.error.contains("o9"))
    }
}
