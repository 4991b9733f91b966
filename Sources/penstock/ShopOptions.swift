import ArgumentParser
import Engine

/// Which shop a command works on.
struct ShopOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The shop's folder (default: $PENSTOCK_SHOP, else the standard one).", valueName: "dir"))
    var shop: String?

    var folder: ShopFolder { shop.map(ShopFolder.init(path:)) ?? .standard() }

    /// The shop, open; what is wrong with its policy is said on every occasion.
    func open() throws -> Engine {
        let engine = try Engine(folder)
        if let complaint = try engine.policy(actor: operatorName()).complaint { complain("policy: \(complaint)") }
        return engine
    }
}

/// A command that reads.
struct ReadOptions: ParsableArguments {
    @OptionGroup var shop: ShopOptions
    @Flag(help: "One JSON document instead of text.")
    var json = false
}
