import Domain
import Engine
import FoundationEssentials
import Glibc

/// A shop that is worked on by the program `penstock` itself, as a process of its own.
public final class CommandShop: Sendable {
    /// What is deleted in the end; the shop lies in it.
    public let folder: TemporaryFolder
    /// The shop's folder.
    public let shop: ShopFolder

    /// A shop made by `penstock init`, which sends at once what is approved; with `isEmpty` no shop at all.
    public init(isEmpty: Bool = false) throws {
        folder = try TemporaryFolder()
        shop = ShopFolder(path: "\(folder.path)/shop")
        guard !isEmpty else { return }
        let made = try run("init", shop.path, "--timezone", "Europe/London", "--currency", "GBP")
        guard made.code == 0 else { throw Unmet("penstock init: \(made.error)") }
        try Data("[reorder]\ngrace_minutes = 0\n".utf8).write(to: URL(filePath: shop.policy))
    }

    /// The program that was built with the tests, which lies beside them.
    public static func program() throws -> String {
        guard let own = realpath("/proc/self/exe", nil) else { throw Unmet("the test's own program") }
        defer { free(own) }
        let path = String(cString: own)
        guard let slash = path.lastIndex(of: "/") else { throw Unmet("a folder in \(path)") }
        let program = "\(path[..<slash])/penstock"
        guard FileManager.default.isExecutableFile(atPath: program) else { throw Unmet("\(program) to be built") }
        return program
    }

    /// Starts `penstock` on this shop.
    public func start(_ arguments: [String], input: String = "", hasReader: Bool = true) throws -> ChildProgram {
        try ChildProgram(
            CommandShop.program(), arguments, input: input, environment: ["PENSTOCK_SHOP": shop.path],
            hasReader: hasReader)
    }

    /// Runs `penstock` on this shop to its end.
    @discardableResult
    public func run(_ arguments: String..., input: String = "", hasReader: Bool = true) throws -> ChildProgram.Ending {
        try start(arguments, input: input, hasReader: hasReader).wait()
    }

    /// Imports a text that is written to a file first.
    @discardableResult
    public func take(_ text: String, as name: String, _ options: [String] = []) throws -> ChildProgram.Ending {
        try start(["import", try folder.write(text, to: name)] + options).wait()
    }

    /// The shop, opened in the test's own process with its clock where `EngineShop` begins.
    public func open() throws -> Engine { try Engine(shop) }

    /// Gives the shop the mapping `till` of the columns `Doc,Code,Title,Qty,Date,Price,Customer`.
    public func keepMapping() throws {
        let path = "\(shop.mappings)/till.toml"
        try Data(CommandShop.mapping.utf8).write(to: URL(filePath: path))
        chmod(path, 0o600)
    }

    /// Sixty days of sales, counts and terms of products `P0`…, each from a supplier of its own and due to be ordered.
    ///
    /// The shop's clock then stands at `EngineShop.start`.
    public func stock(products: Int) throws {
        let names = (0..<products).map { "P\($0)" }
        let engine = try open()
        try engine.facts.setClock(.fixed(EngineShop.start))
        try engine.facts.database.close()
        try engine.decisions.close()
        try keepMapping()
        let counts = names.map { "\($0),main,5,on-hand,2011-10-02T18:00:00Z\n" }.joined()
        let offers = names.map { "Supplier \($0),\($0),4.00,GBP,7\n" }.joined()
        let orders = try take(CommandShop.orders(names, days: 60), as: "orders.csv", ["--mapping", "till"])
        guard orders.code == 0 else { throw Unmet("orders: \(orders.error)") }
        for (name, text) in [
            ("counts.csv", "sku,place,quantity,state,counted_at\n" + counts),
            ("offers.csv", "supplier,sku,cost,currency,lead_time_days\n" + offers),
        ] {
            let ending = try take(text, as: name)
            guard ending.code == 0 else { throw Unmet("\(name): \(ending.error)") }
        }
    }

    /// A till's file, `days` days of ten units of each product, up to the day before `EngineShop.start`.
    public static func orders(_ names: [String], days: Int) -> String {
        var text = "Doc,Code,Title,Qty,Date,Price,Customer\n"
        for back in stride(from: days, to: 0, by: -1) {
            let day = Day(number: 15_250 - Int32(back))
            for (index, name) in names.enumerated() {
                text += "\(name)-\(back),\(name),The \(name),\(8 + (back + index) % 5),\(day) 12:00:00,10.00,7\n"
                if index % 3 == 0 { text += "\(name)-\(back),\(name),The \(name),1,\(day) 12:00:00,9.00,7\n" }
            }
        }
        return text
    }

    private static let mapping = """
        system = "till"
        time_zone = "Europe/London"
        currency = "GBP"
        date_format = "yyyy-MM-dd HH:mm:ss"
        encoding = "utf-8"
        delimiter = ","
        decimal = "."
        ships = "at-order"
        [columns]
        document = "Doc"
        code = "Code"
        title = "Title"
        quantity = "Qty"
        date = "Date"
        price = "Price"
        customer = "Customer"
        """
}
