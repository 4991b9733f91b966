import Domain
import Testing

@testable import Formats

/// Columns of the order export that matter, and two that do not.
let shopifyOrderColumns = [
    "Name", "Email", "Financial Status", "Fulfillment Status", "Fulfilled at", "Currency", "Subtotal", "Created at",
    "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Lineitem requires shipping",
    "Lineitem fulfillment status", "Cancelled at", "Location", "Id", "Lineitem discount",
]
let shopifyProductColumns = [
    "Handle", "Title", "Vendor", "Product Category", "Type", "Option1 Name", "Option1 Value", "Option2 Name",
    "Option2 Value", "Variant SKU", "Variant Price", "Variant Barcode", "Image Src", "Cost per item", "Status",
]
let shopifyInventoryColumns = [
    "Handle", "Title", "Option1 Name", "Option1 Value", "SKU", "HS Code", "COO", "Location", "Incoming", "Unavailable",
    "Committed", "Available", "On hand",
]

/// A file of some columns from rows that name their cells.
func table(_ columns: [String], _ rows: [[String: String]]) throws -> CSVReader {
    let writer = CSVWriter()
    try writer.record(columns)
    for row in rows { try writer.record(columns.map { row[$0] ?? "" }) }
    return try CSVReader(ByteSource(bytes: writer.bytes, name: "export.csv"))
}

@Suite struct ShopifyOrdersTests {
    private func first(_ name: String, _ changes: [String: String] = [:]) -> [String: String] {
        line(name).merging([
            "Email": "Ann@Example.COM", "Currency": "GBP", "Created at": "2024-05-01 10:00:00 +0900",
            "Location": "Main", "Id": "555", "Subtotal": "597.00",
        ]) { $1 }.merging(changes) { $1 }
    }

    private func line(_ name: String, _ changes: [String: String] = [:]) -> [String: String] {
        [
            "Name": name, "Lineitem quantity": "2", "Lineitem name": "Mug - Red", "Lineitem price": "4.50",
            "Lineitem sku": "MUG-R", "Lineitem requires shipping": "true", "Lineitem fulfillment status": "pending",
            "Lineitem discount": "0.00",
        ].merging(changes) { $1 }
    }

    private func read(_ rows: [[String: String]]) throws -> [Reading<OrderDocument>] {
        try readings(ShopifyOrdersReader(table(shopifyOrderColumns, rows)))
    }

    @Test func `rows of one name make one order`() throws {
        let orders = try read([
            first("#1001"), line("#1001", ["Lineitem sku": "CUP", "Lineitem discount": "1.25"]), first("#1002"),
        ])
        #expect(orders.map(\.rows) == [2, 1])
        #expect(orders.map(\.line) == [2, 4])
        #expect(orders[0].raw.filter { $0 == 0x0A }.count == 1)
        let order = try #require(orders[0].record)
        #expect(order.number == "#1001")
        #expect(order.orderedAt.description == "2024-05-01T01:00:00Z")
        #expect(order.customer == "ann@example.com")
        #expect(order.place?.text == "Main")
        #expect(order.currency.code == "GBP")
        #expect(order.version == nil)
        #expect(order.lines.map(\.sku?.text) == ["MUG-R", "CUP"])
        #expect(order.lines.map(\.discount) == [0, 125])
        #expect(order.lines.map(\.quantity) == [2, 2])
        #expect(order.lines.map(\.unitPrice.micros) == [4_500_000, 4_500_000])
        #expect(order.lines.allSatisfy { $0.kind == .sale && $0.shippedAt == nil })
    }

    @Test func `cancelling takes back what was paid, as a return where it had gone out`() throws {
        let orders = try read([
            first(
                "#1",
                [
                    "Cancelled at": "2024-05-02 10:00:00 +0900", "Fulfilled at": "2024-05-01 12:00:00 +0900",
                    "Lineitem fulfillment status": "fulfilled", "Lineitem quantity": "3", "Lineitem discount": "1.00",
                ]), line("#1"), line("#1", ["Lineitem sku": "", "Lineitem requires shipping": "false"]),
        ])
        let lines = try #require(orders.first?.record).lines
        #expect(lines.map(\.kind) == [.sale, .return, .sale, .cancellation, .notProduct, .notProduct])
        #expect(lines.map(\.quantity) == [3, -3, 2, -2, 2, -2])
        #expect(lines[0].shippedAt?.description == "2024-05-01T03:00:00Z")
        #expect(lines[2].shippedAt == nil)
        let pounds = try #require(Currency("GBP"))
        let money = try lines.map { try #require($0.unitPrice.total($0.quantity, currency: pounds)) - $0.discount }
        #expect(money.reduce(0, +) == 0)
    }

    @Test func `tips, gift cards and fees are no products, and a product without a code goes by its name`() throws {
        let digital = ["Lineitem requires shipping": "false"]
        let orders = try read([
            first("#1", digital.merging(["Lineitem name": "Tip", "Lineitem sku": ""]) { $1 }),
            line("#1", digital.merging(["Lineitem name": "Gift card - £10", "Lineitem sku": "GC10"]) { $1 }),
            line("#1", digital.merging(["Lineitem name": "E-book", "Lineitem sku": "EB"]) { $1 }),
            line("#1", ["Lineitem name": "Handmade bowl", "Lineitem sku": ""]),
            line("#1", ["Lineitem quantity": "0"]),
            line("#1", ["Lineitem name": "Tip", "Lineitem sku": "", "Lineitem requires shipping": ""]),
        ])
        let lines = try #require(orders.first?.record).lines
        #expect(lines.map(\.kind) == [.notProduct, .notProduct, .sale, .sale, .notProduct])
        #expect(lines.map(\.sku?.text) == [nil, nil, "EB", "Handmade bowl", nil])
    }

    @Test func `one bad row refuses its order and no other`() throws {
        let header = shopifyOrderColumns.joined(separator: ",")
        let good = "#1,a@b.c,,,,GBP,1,2024-05-01 10:00:00 +0000,1,Mug,1,M,true,pending,,,1,0"
        let text = """
            \(header)
            \(good)
            #1,ragged
            \(good.replacing("#1,", with: "#2,"))
            #3,"a"b,,
            ,a@b.c,,,,GBP,1,2024-05-01 10:00:00 +0000,1,Mug,1,M,true,pending,,,1,0
            \(good.replacing("#1,", with: "#4,").replacing(",1,Mug", with: ",1.5,Mug"))
            \(good.replacing("#1,", with: "#5,").replacing(" +0000", with: ""))
            #6,,,,,,,,1,Mug,1,M,true,pending,,,,0
            """
        let orders = try readings(ShopifyOrdersReader(csv(text)))
        #expect(
            orders.map { $0.error?.code } == [
                .fieldCount, nil, .brokenQuoting, .missingValue, .notANumber, .notATime, .missingValue,
            ])
        #expect(orders.map { $0.error?.line } == [3, nil, 5, 6, 7, 8, 9])
        #expect(orders.map(\.rows) == [2, 1, 1, 1, 1, 1, 1])
        #expect(orders[0].raw == Array("\(good)\n#1,ragged".utf8))
    }

    @Test func `an order that comes up again is a second reading`() throws {
        let orders = try read([first("#1"), first("#2"), first("#1")])
        #expect(orders.compactMap { $0.record?.number } == ["#1", "#2", "#1"])
    }

    @Test func `yen have no decimals`() throws {
        let orders = try read([
            first("#1", ["Currency": "JPY", "Lineitem price": "450", "Lineitem discount": "50"]),
            first("#2", ["Currency": "JPY", "Lineitem discount": "0.50"]),
        ])
        #expect(orders[0].record?.lines.first?.discount == 50)
        #expect(orders[1].error?.code == .notANumber)
    }

    @Test func `an endless order is refused in pieces and loses no row`() throws {
        let rows = [first("#1")] + Array(repeating: line("#1"), count: ShopifyOrdersReader.rowLimit + 5)
        let orders = try read(rows)
        #expect(orders.map(\.rows) == [ShopifyOrdersReader.rowLimit, 6])
        #expect(orders.map { $0.error?.code } == [.tooLong, .missingValue])
    }

    @Test func `columns are found by name and the rest is listed`() throws {
        let reader = try ShopifyOrdersReader(csv(shopifyOrderColumns.reversed().joined(separator: ",") + "\n"))
        #expect(reader.ignoredColumns == ["Id", "Financial Status"])
        let error = thrown { _ = try ShopifyOrdersReader(csv("Name,Currency,Created at\n")) }
        #expect(error?.field == "Lineitem quantity")
    }
}

@Suite struct ShopifyCatalogueTests {
    @Test func `variants take name, vendor and status from the first row of their handle`() throws {
        let reader = try ShopifyProductsReader(
            table(
                shopifyProductColumns,
                [
                    [
                        "Handle": "mug", "Title": "Mug", "Vendor": "Acme", "Type": "Cups", "Option1 Value": "Red",
                        "Option2 Value": "Large", "Variant SKU": "M-R", "Variant Price": "4.50",
                        "Variant Barcode": "'0012345678905", "Cost per item": "1.2345", "Status": "active",
                    ],
                    ["Handle": "mug", "Option1 Value": "Blue", "Variant SKU": "M-B", "Variant Price": "4.60"],
                    ["Handle": "mug", "Image Src": "https://example.com/2.jpg"],
                    ["Option1 Value": "Green", "Variant Price": "4.60"],
                    [
                        "Handle": "old", "Title": "Old lamp", "Product Category": "Home", "Variant SKU": "OLD",
                        "Option1 Value": "Default Title", "Status": "archived", "Variant Barcode": "4.0E+12",
                    ],
                    ["Handle": "dear", "Title": "Dear", "Variant SKU": "D", "Variant Price": "1,000.00"],
                    ["Handle": "draft", "Title": "Draft", "Variant SKU": "DR", "Status": "draft"],
                ]))
        var running = reader
        var all: [Reading<ProductDeclaration>] = []
        while let reading = try running.next() { all.append(reading) }
        #expect(running.skippedRows == 1)
        #expect(all.map(\.line) == [2, 3, 5, 6, 7, 8])
        #expect(all.map { $0.error?.code } == [nil, nil, .missingValue, nil, .notANumber, nil])
        #expect(all[2].error?.message.contains("'mug'") == true)
        let products = all.compactMap(\.record)
        #expect(products.map(\.name) == ["Mug - Red / Large", "Mug - Blue", "Old lamp", "Draft"])
        #expect(products.map(\.vendor) == ["Acme", "Acme", nil, nil])
        #expect(products.map(\.category) == ["Cups", "Cups", "Home", nil])
        #expect(products.map(\.lifecycle) == [.active, .active, .discontinued, nil])
        #expect(products.map(\.barcode) == ["0012345678905", nil, nil, nil])
        #expect(products[0].cost?.micros == 1_234_500)
        #expect(products[0].price?.micros == 4_500_000)
    }

    @Test func `a bad first row does not lend its variants to the product before`() throws {
        let text = """
            Handle,Title,Variant SKU,Variant Price
            mug,Mug,M,1
            lamp,Lamp
            ,,L-2,2
            lamp,,L-3,3
            """
        let all = try readings(ShopifyProductsReader(csv(text)))
        #expect(all.map { $0.error?.code } == [nil, .fieldCount, nil, nil])
        #expect(all.map { $0.record?.name } == ["Mug", nil, nil, nil])
        let orphan = try readings(ShopifyProductsReader(csv("Handle,Title,Variant SKU\n,,X\n")))
        #expect(orphan.map { $0.error?.field } == ["Handle"])
    }

    @Test func `on hand counts before available, and not stocked is no count`() throws {
        let moment = Instant(seconds: 1_700_000_000)
        var reader = try ShopifyInventoryReader(
            table(
                shopifyInventoryColumns,
                [
                    ["Handle": "mug", "SKU": "M", "Location": "Main", "Available": "7", "On hand": "9"],
                    ["Handle": "mug", "SKU": "M", "Location": "Shop", "Available": "-2", "On hand": ""],
                    [
                        "Handle": "mug", "SKU": "M", "Location": "Far", "Available": "not stocked",
                        "On hand": "not stocked",
                    ],
                    ["Handle": "lamp", "SKU": "", "Location": "Main", "On hand": "3"],
                    ["Handle": "cup", "SKU": "C", "Location": "Main"],
                    ["Handle": "cup", "SKU": "C", "Location": "Main", "On hand": "1e9"],
                ]), countedAt: moment)
        var all: [Reading<StockCount>] = []
        while let reading = try reader.next() { all.append(reading) }
        #expect(reader.skippedRows == 1)
        #expect(all.compactMap(\.record).map(\.quantity) == [9, -2])
        #expect(all.compactMap(\.record).map(\.state) == [.onHand, .available])
        #expect(all.compactMap(\.record).allSatisfy { $0.countedAt == moment })
        #expect(all.map { $0.error?.code } == [nil, nil, .missingValue, .missingValue, .notANumber])
        #expect(all[2].error?.message.contains("'lamp'") == true)
    }

    @Test func `newer spellings of the inventory columns are known`() throws {
        let text = """
            Handle,SKU,Location,Available (not editable),On hand (current),On hand (new)
            mug,M,Main,7,9,
            cup,C,Main,7,,8
            """
        let all = try readings(ShopifyInventoryReader(csv(text), countedAt: Instant(seconds: 0)))
        #expect(all.map { $0.record?.quantity } == [9, 8])
        let bare = try readings(
            ShopifyInventoryReader(
                csv("SKU,Location,Available (not editable)\nM,Main,7\n"), countedAt: Instant(seconds: 0)))
        #expect(bare.map { $0.record?.state } == [.available])
        let none = thrown { _ = try ShopifyInventoryReader(csv("SKU,Location\n"), countedAt: Instant(seconds: 0)) }
        #expect(none?.field == "Available")
    }
}
