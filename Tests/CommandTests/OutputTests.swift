import Domain
import Engine
import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// What the program prints, for programs, for people and for terminals.
@Suite struct OutputTests {
    @Test func `every reading command answers with one JSON document, its keys in camelCase`() throws {
        let shop = try CommandShop()
        try shop.stock(products: 2)
        try shop.take("sku,name,price\nB,Other,cheap\n", as: "products.csv")
        try shop.take("sku,place,quantity,state,counted_at\nNEW,main,5,on-hand,2011-10-02T18:00:00Z\n", as: "more.csv")
        try shop.run("orders", "--refresh")
        try shop.run("actions", "approve", "1")
        for arguments in [
            ["status"], ["coverage"], ["stock"], ["stock", "--find", "p1"], ["orders"], ["orders", "--inbound"],
            ["actions", "list"], ["actions", "list", "--state", "all"], ["actions", "show", "1"], ["why", "P1"],
            ["why-not", "p1"], ["journal", "show"], ["journal", "verify"], ["quarantine", "list"],
            ["quarantine", "list", "--parked"], ["quarantine", "show", "1"], ["doctor"],
            ["metrics", "list"], ["metrics", "query", "units"], ["books", "stock-value", "--by", "sku"],
            ["books", "statement", "2011-09", "--by", "place"], ["books", "in-transit"], ["books", "not-invoiced"],
            ["books", "list"], ["books", "close", "2011-08", "--force", "try"], ["books", "show", "2011-08"],
            ["books", "restatements", "2011-08"],
        ] {
            let ending = try shop.start(arguments + ["--json"]).wait()
            #expect(ending.code == 0 && ending.error.isEmpty, "\(arguments): \(ending.error)")
            let document = try AnyJSON(ending.output)
            let odd = document.keys.filter { key in
                !(key.utf8.first.map { $0 >= 0x61 && $0 <= 0x7A } ?? false)
                    || !key.utf8.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) }
            }
            #expect(odd.isEmpty, "\(arguments): \(odd)")
        }
    }

    @Test func `scripts find in JSON what CONTRACT.md promises`() throws {
        let shop = try CommandShop()
        try shop.stock(products: 2)
        try shop.run("orders", "--refresh")
        let file = try shop.folder.write(CommandShop.orders(["P0"], days: 3) + "bad\n", to: "again.csv")
        let report = try AnyJSON(shop.run("import", file, "--mapping", "till", "--json").output)
        let counts = ["accepted", "replaced", "duplicate", "parked", "refused"].compactMap { report[$0]?.integer }
        #expect(counts.count == 5 && report["read"]?.integer == counts.reduce(0, +))
        #expect(report["refused"]?.integer == 1 && report["read"]?.integer == 7 && report["batch"]?.integer != nil)

        let status = try AnyJSON(shop.run("status", "--json").output)
        #expect(status["facts"]?["products"]?.integer == 2)
        #expect(status["quarantined"]?.integer == 1 && status["parked"]?.integer == 0)
        #expect(status["pendingActions"]?.integer == 2 && status["schemaVersion"]?.integer != nil)
        #expect(status["asOf"]?.text == "2011-10-03T09:00:00+01:00")

        let actions = try AnyJSON(shop.run("actions", "list", "--json").output)
        #expect(actions.list.count == 2)
        let first = try #require(actions[0])
        for key in ["id", "kind", "state", "version", "hash", "target", "value", "expires"] {
            #expect(first[key] != nil)
        }
        #expect(first["value"]?["currency"]?.text == "GBP" && first["value"]?["minor"]?.integer != nil)
        #expect(first["expires"]?.text.flatMap { Instant(iso8601: $0) } != nil)
        let hash = try #require(first["hash"]?.text)
        #expect(try shop.run("actions", "approve", "1", "--expect", hash).code == 0)
        #expect(try shop.run("journal", "verify").code == 0)
        let head = try shop.run("journal", "head").output.filter { $0 != "\n" }
        #expect(try shop.run("journal", "verify", "--head", head).code == 0)
        #expect(try shop.run("journal", "verify", "--head", "9999:" + head.suffix(64)).code == 1, "entries are missing")
    }

    @Test(arguments: [
        (["init"], "Make a shop"), (["import"], "Take files into the shop"),
        (["coverage"], "how many products can be planned"),
        (["offers"], "terms"), (["offers", "template"], "to fill in"), (["quarantine"], "could not be taken in"),
        (["quarantine", "fix"], "Mend a row"), (["quarantine", "retry"], "again"), (["quarantine", "drop"], "aside"),
        (["quarantine", "export"], "as they came"), (["status"], "how the shop stands"), (["stock"], "stock and risk"),
        (["orders"], "draft purchase orders"), (["actions"], "approve"), (["actions", "approve"], "whole or by line"),
        (["actions", "reject"], "down"), (["actions", "undo"], "grace"), (["actions", "hold"], "Stop everything"),
        (["why"], "arithmetic"), (["why-not"], "why a product is not ordered"), (["journal"], "hash-chained"),
        (["journal", "verify"], "Check every entry"), (["run"], "send what is approved"), (["backup"], "into one file"),
        (["restore"], "from a backup"), (["doctor"], "Check databases"), (["demo"], "sample"), ([], "First steps"),
        (["sources"], "keep their promises"), (["sources", "check"], "take nothing in"),
        (["sources", "disagreements"], "Whose word counts"), (["sources", "oddities"], "taken in all the same"),
        (["products"], "merge two"), (["products", "rename"], "another SKU"),
        (["products", "merge"], "cannot be taken back"),
        (["quarantine", "edit"], "EDITOR"), (["metrics"], "each defined once"), (["metrics", "query"], "--where"),
    ])
    func `help says what a command does`(command: [String], words: String) throws {
        let ending = try ChildProgram.run(CommandShop.program(), command + ["--help"])
        #expect(ending.code == 0 && ending.error.isEmpty)
        // Wrapped to 80 columns: words may stand on two lines.
        let text = ending.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains(words), "\(text)")
        #expect(text.contains("USAGE: "))
    }

    @Test func `a shop and all that comes to lie in it is its owner's alone`() throws {
        let shop = try CommandShop()
        try shop.stock(products: 2)
        try shop.run("orders", "--refresh")
        try shop.run("actions", "approve", "1")
        #expect(try shop.run("run", "--once").code == 0)
        #expect(try shop.run("backup", "\(shop.folder.path)/b.tar.gz").code == 0)
        let files = try FileManager.default.subpathsOfDirectory(atPath: shop.shop.path)
        #expect(files.contains { $0.hasSuffix("order.csv") } && files.contains("run.lock"))
        for file in files.map({ "\(shop.shop.path)/\($0)" }) + [shop.shop.path, "\(shop.folder.path)/b.tar.gz"] {
            var status = stat()
            try #require(lstat(file, &status) == 0)
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            #expect(
                status.st_mode & 0o777 == (isFolder ? 0o700 : 0o600), "\(file): \(String(status.st_mode, radix: 8))")
        }
    }

    @Test func `two imports at once wait for each other, and both come in`() throws {
        let (together, apart) = (try CommandShop(), try CommandShop())
        for shop in [together, apart] { try shop.stock(products: 0) }
        let files = ["A", "B"].map { CommandShop.orders(["\($0)1", "\($0)2", "\($0)3"], days: 90) }
        let paths = try files.enumerated().map { try together.folder.write($1, to: "\($0).csv") }
        let running = try paths.map { try together.start(["import", $0, "--mapping", "till"]) }
        for child in running {
            let ending = child.wait()
            #expect(ending.code == 0, "\(ending.error)")
        }
        for (index, text) in files.enumerated() {
            #expect(try apart.take(text, as: "\(index).csv", ["--mapping", "till"]).code == 0)
        }
        #expect(try together.open().facts.contentDigest() == apart.open().facts.contentDigest())
        #expect(try together.open().examine(actor: "mira").isWell)
    }

    @Test func `nobody reading is no crash, and what was done is done`() throws {
        let shop = try CommandShop()
        try shop.stock(products: 2)
        for arguments in [
            ["stock"], ["why", "P0"], ["stock", "--json"], ["import", "--help"], ["offers", "template"],
        ] {
            let ending = try shop.start(arguments, hasReader: false).wait()
            #expect(ending.signal == SIGPIPE || ending.code == 0 || ending.code == 2, "\(arguments): \(ending)")
        }
        let path = try shop.folder.write("sku,name\nC,Third\n", to: "products.csv")
        _ = try shop.start(["import", path], hasReader: false).wait()
        let engine = try shop.open()
        #expect(try engine.facts.product("C") != nil)
        #expect(try engine.examine(actor: "mira").isWell)
    }

    @Test func `no name, file or row steers the terminal`() throws {
        let shop = try CommandShop()
        try shop.stock(products: 1)
        let escape = "\u{1B}]0;owned\u{7}\u{1B}[2J\u{9B}31m\u{202E}"
        let text = """
            Doc,Code,Title,Qty,Date,Price,Customer
            \(escape)1,P0,\(escape)title,3,2011-10-02 13:00:00,10.00,\(escape)
            2,EVIL\(escape),title,3,2011-10-02 13:00:00,10.00,7
            3,P0,title,\(escape),2011-10-02 13:00:00,10.00,7
            """
        var said = [try shop.take(text, as: "orders.csv", ["--mapping", "till"])]
        said.append(
            try shop.take("sku,name,vendor\nP0,\(escape)Name,\(escape)Vendor\nP9,\(escape),\n", as: "products.csv"))
        said.append(try shop.take("\(escape),b\n1,2\n", as: "unknown.csv"))
        said.append(try shop.take("sku,name,\(escape)\nP8,Eight,8\n", as: "extra.csv"))
        for arguments in [
            ["orders", "--refresh"], ["status"], ["coverage"], ["stock"], ["why", "P0"], ["why-not", "P9"],
            ["actions", "list"],
            ["actions", "show", "1"], ["actions", "reject", "1", "--reason", escape], ["orders"],
            ["actions", "list", "--state", "all"],
            ["why-not", "P0"], ["journal", "show"], ["quarantine", "list"], ["quarantine", "show", "1"],
            ["quarantine", "show", "2"], ["doctor"], ["why", escape], ["import", escape], [escape],
            ["actions", "hold", "--reason", escape],
            ["status"], ["actions", "list", "--state", escape], ["quarantine", "fix", "1", "--set", "\(escape)=1"],
            ["status", "--json"], ["stock", "--json"], ["quarantine", "list", "--json"],
            ["actions", "list", "--state", "all", "--json"],
            ["why", "P0", "--json"], ["journal", "show", "--json"],
            ["init", "\(shop.folder.path)/x", "--timezone", escape, "--currency", "GBP"],
            ["offers", "template"], ["status", "--shop", "/nowhere/\(escape)"], ["import", "x", "--mapping", escape],
        ] {
            said.append(try shop.start(arguments).wait())
        }
        for ending in said {
            for (stream, text) in [("output", ending.output), ("error", ending.error)] {
                let raw = text.unicodeScalars.filter { $0 != "\n" && "\($0)".hasControls }
                #expect(raw.isEmpty, "\(stream): \(text.printable)")
            }
        }
        #expect(said.contains { $0.output.contains("�") }, "hostile text is shown as what it is")
    }
}
