import ArgumentParser
import FoundationEssentials

/// Makes `sample-data/`: the extract from the original file, and what is made for it.
struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Makes the sample shop's files.",
        discussion: """
            The order lines are an extract from the UCI data set "Online Retail" as CSV (--source). Everything else is
            made: it follows from that extract and the seed, so --made-only makes the same files again from an extract
            that is already in the folder.
            """)

    @Option(help: "The whole data set as CSV, plain or .gz.")
    var source: String?

    @Option(help: "The folder that the files are written to.")
    var output: String

    @Option(help: "Seed of what is made; the same seed gives the same bytes.")
    var seed: UInt64 = MadeShop.standardSeed

    @Flag(help: "Keep the extract in the folder and make the rest from it.")
    var madeOnly = false

    func validate() throws {
        if (source == nil) != madeOnly {
            throw ValidationError(
                "give --source FILE to make the extract, or --made-only to keep the one in the folder")
        }
    }

    func run() throws {
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let orders = "\(output)/orders.csv.gz"
        if let source {
            let chosen = try ProductChoice.codes(from: ProductSales.read(source))
            let lines = try OrderExtract.write(from: source, products: chosen, to: orders)
            print("\(orders): \(lines) lines of \(chosen.count) products")
        }
        let shop = try MadeShop(sales: ProductSales.read(orders), seed: seed)
        try shop.write(to: output)
        print(
            "\(output): \(shop.offers.count) offers, \(shop.counts.count) counts, \(shop.purchases.count) purchase lines"
        )
    }
}
