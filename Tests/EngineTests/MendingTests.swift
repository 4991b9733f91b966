import Domain
import Engine
import FoundationEssentials
import Formats
import Store
import TestSupport
import Testing

/// From quarantine back into the shop, through the engine's door.
@Suite struct MendingTests {
    @Test(arguments: [",", ";"])
    func `a row is mended column by column, whatever parts its columns`(delimiter: String) throws {
        let shop = try EngineShop()
        let mapping = """
            system = "till"
            encoding = "utf-8"
            decimal = "."
            delimiter = "\(delimiter)"
            ships = "at-order"
            time_zone = "Europe/London"
            currency = "GBP"
            date_format = "yyyy-MM-dd HH:mm:ss"
            [columns]
            document = "Doc"
            code = "Code"
            title = "Title"
            quantity = "Qty"
            date = "Date"
            price = "Price"
            """
        try Data(mapping.utf8).write(to: URL(filePath: "\(shop.engine.folder.mappings)/till.toml"))
        let text = "Doc,Code,Title,Qty,Date,Price\n1,A,\"A, or so\",two,2011-10-01 10:00:00,3\n"
        let file = text.replacing("\"A, or so\"", with: "|").replacing(",", with: delimiter).replacing(
            "|", with: "\"A, or so\"")
        let report = try shop.engine.importer().run(
            ByteSource(bytes: Array(file.utf8), name: "till.csv"), layout: .mapped(shop.engine.mapping("till")))
        #expect(report.count.refused == 1)
        let row = try #require(try shop.engine.facts.quarantined(.refused).first)
        #expect(try shop.engine.quarantined(row.id).text.contains("Qty = two"))
        #expect(throws: FormatError.self) { try shop.engine.mend(row.id, changes: [("Colour", "red")], row: nil) }
        let mended = try shop.engine.mend(row.id, changes: [("qty", "2")], row: nil)
        #expect(mended.count.accepted == 1)
        #expect(try shop.engine.facts.product("A")?.name == "A, or so")
        let sink = "\(shop.folder.path)/out.csv"
        #expect(try shop.engine.exportQuarantine(layout: nil, to: sink).rows == 0)
    }

    @Test func `what a corrected mapping takes is taken when all are tried again`() throws {
        let shop = try EngineShop()
        let mapping = """
            system = "till"
            time_zone = "Europe/London"
            currency = "GBP"
            date_format = "yyyy-MM-dd"
            encoding = "utf-8"
            delimiter = ","
            decimal = "."
            ships = "at-order"
            [columns]
            document = "Doc"
            code = "Code"
            quantity = "Qty"
            date = "Date"
            price = "Price"

            """
        let path = "\(shop.engine.folder.mappings)/till.toml"
        try Data(mapping.utf8).write(to: URL(filePath: path))
        let text =
            "Doc,Code,Qty,Date,Price\n1,A,3,2011-10-01,3\n2,A,-1,2011-10-01,3\n3,A,-2,2011-10-01,3\n4,A,x,2011-10-01,3\n"
        let report = try shop.engine.importer().run(
            ByteSource(bytes: Array(text.utf8), name: "till.csv"), layout: .mapped(shop.engine.mapping("till")))
        #expect(report.count.refused == 3)
        #expect(try shop.engine.retryQuarantine() == (3, 0))
        try Data((mapping + "[[kind]]\nis = \"return\"\nwhen = \"quantity < 0\"\n").utf8).write(to: URL(filePath: path))
        #expect(try shop.engine.retryQuarantine() == (3, 2))
        #expect(
            try shop.engine.facts.quarantined(.refused).map { String(decoding: $0.raw, as: UTF8.self) } == [
                "4,A,x,2011-10-01,3"
            ])
        #expect(try shop.engine.facts.rollupProblems() == [])
    }

    @Test func `what is exported can be mended elsewhere and imported again`() throws {
        let shop = try EngineShop()
        let header = "sku,place,quantity,state,counted_at\n"
        try shop.take(.products, "sku,name\nA,Thing\n")
        let report = try shop.engine.importer().run(
            ByteSource(
                bytes: Array(
                    (header
                        + "A,main,\"1,5\",on-hand,2011-10-01T10:00:00Z\nA,main,7,\"on\nshelf\",2011-10-01T10:00:00Z\n")
                        .utf8), name: "c.csv"),
            layout: .known(.counts))
        #expect(report.count.refused == 2)
        let path = "\(shop.folder.path)/refused.csv"
        #expect(try shop.engine.exportQuarantine(layout: "counts", to: path).rows == 2)
        let exported = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        #expect(
            exported == header
                + "A,main,\"1,5\",on-hand,2011-10-01T10:00:00Z\nA,main,7,\"on\nshelf\",2011-10-01T10:00:00Z\n")
        #expect(
            try shop.take(
                .counts, exported.replacing("\"1,5\"", with: "15").replacing("\"on\nshelf\"", with: "available")
            ).count.read == 2)
    }

    @Test func `the offer template lists what is bought, and reads back as offers`() throws {
        let shop = try EngineShop()
        try shop.take(
            .products,
            "sku,name,vendor,cost,lifecycle\nA,Thing,Potter,1.20,\nB,Old,Potter,,discontinued\nC,\"=cmd|x\",,,\n")
        let path = "\(shop.folder.path)/offers.csv"
        let sink = try ByteSink(path: path)
        #expect(try shop.engine.writeOfferTemplate(to: sink) == 2)
        try sink.finish()
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let rows = text.split(separator: "\n")
        #expect(rows[1].hasPrefix("Potter,A,1.20,GBP,1,1,"))
        let filled = text.replacing(",C,", with: "Acme,C,")
        #expect(try shop.take(.offers, filled).count.accepted == 2)
    }

    @Test func `a fix that is kept reads other rows that are refused for the same value`() throws {
        let shop = try EngineShop()
        func take(_ text: String, _ engine: Engine) throws -> BatchCount {
            try engine.importer().run(
                ByteSource(bytes: Array(text.utf8), name: "offers.csv"), layout: .known(.offers)
            ).count
        }
        try shop.take(.products, "sku,name\nA,Thing\nB,Other\nC,Third\n")
        let header = "supplier,sku,cost,currency,lead_time_days\n"
        #expect(try take(header + "Acme,A,1.50,£,7\n", shop.engine).refused == 1)
        let row = try #require(try shop.engine.facts.quarantined(.refused).first)
        let mended = try shop.engine.mend(row.id, changes: [("currency", "GBP")], row: nil, keeping: true)
        #expect(mended.count.accepted == 1)
        let settings = try #require(try shop.engine.folder.text(shop.engine.folder.settings))
        #expect(settings.contains("[[rewrite]]") && settings.contains("from = \"£\""))

        let again = try Engine(shop.engine.folder, wall: { EngineShop.start })
        let count = try take(header + "Acme,B,2.50,£,7\nAcme,C,3.50,EUR,7\n", again)
        #expect(count.accepted == 2 && count.refused == 0, "what is sound stays as it is")
        #expect(try take(header + "Acme,B,nothing,£,7\n", again).refused == 1, "what is broken besides stays refused")
    }

    @Test func `a JSON record is mended by the paths of its members`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        let record = #"{"id":"1","reviewed_at":"2011-10-01T10:00:00Z","sku":"A","stars":9,"text":"fine"}"#
        let report = try shop.engine.importer().run(
            ByteSource(bytes: Array(record.utf8), name: "reviews.json"), layout: .json(.mixed))
        #expect(report.count.refused == 1)
        let row = try #require(try shop.engine.facts.quarantined(.refused).first)
        #expect(try shop.engine.quarantined(row.id).text.contains("stars = 9"))
        #expect(throws: FormatError.self) { try shop.engine.mend(row.id, changes: [("stars.x", "5")], row: nil) }
        #expect(try shop.engine.mend(row.id, changes: [("stars", "5")], row: nil).count.accepted == 1)
    }

    @Test func `rows of several layouts are exported into a folder, a file each that can be imported`() throws {
        let shop = try EngineShop()
        for (layout, text) in [
            (Layout.known(.counts), "sku,place,quantity,state,counted_at\nA,main,x,on-hand,2011-10-01T10:00:00Z\n"),
            (.known(.offers), "supplier,sku,cost,currency,lead_time_days\nAcme,A,1.50,£,7\n"),
            (.json(.mixed), "{\"id\":\"1\"}\n"),
        ] {
            _ = try shop.engine.importer().run(ByteSource(bytes: Array(text.utf8), name: "in"), layout: layout)
        }
        #expect(throws: EngineError.self) {
            try shop.engine.exportQuarantine(layout: nil, to: "\(shop.folder.path)/all.csv")
        }
        let out = try shop.engine.exportQuarantine(layout: nil, to: shop.folder.path)
        #expect(out.rows == 3 && out.files.count == 3)
        for file in out.files {
            let layout = try #require(try Layout(of: ByteSource(path: file)))
            let again = try shop.engine.importer().run(ByteSource(path: file), layout: layout)
            #expect(again.count.refused == 1, "\(file): what was broken is broken, and whole")
        }
        #expect(try shop.engine.facts.quarantined(.refused).count == 3, "none twice")
    }
}
