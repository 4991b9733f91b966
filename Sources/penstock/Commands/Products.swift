import ArgumentParser
import Engine
import Glibc

struct Products: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "products",
        abstract: "Look at a product's codes and what each source says of it; rename it, merge two.",
        discussion: """
            A product is known by its SKU, and by bar codes, a storefront's variants and suppliers' codes besides. What is \
            renamed or merged is kept in mappings/aliases.csv of the shop, which a rebuilt store reads again with \
            penstock import.
            """,
        subcommands: [Show.self, Rename.self, Merge.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a product: its codes, its components, what each source says of it.")
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("Its SKU, or another of its codes.", valueName: "sku")) var sku: String

        func run() throws { show(try options.shop.open().product(sku), json: options.json) }
    }

    struct Rename: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename", abstract: "Give a product another SKU.",
            discussion: "The SKU that it had stays a code of it: sources may go on using it.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its SKU.", valueName: "sku")) var sku: String
        @Argument(help: ArgumentHelp("What it is called from now on.", valueName: "new-sku")) var name: String

        func run() throws {
            try shop.open().rename(sku, to: name, actor: operatorName())
            print("\(sku) is called \(name) now".printable)
        }
    }

    struct Merge: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "merge", abstract: "Make two products one.",
            discussion: """
                All that is known of the first, sales, counts, purchases, is known of the second from then on, and the \
                first one's codes mean the second. It cannot be taken back but by a rebuild of facts.db without the line \
                in mappings/aliases.csv, so it is asked for.
                """)
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("The product that is given up.", valueName: "sku")) var sku: String
        @Option(help: ArgumentHelp("The product that stays.", valueName: "sku")) var into: String
        @Flag(help: "Do not ask.") var yes = false

        func run() throws {
            let engine = try shop.open()
            if !yes {
                print(try engine.product(sku).text + "\n\nbecomes one with\n\n" + engine.product(into).text)
                guard isatty(STDIN_FILENO) == 1 else {
                    throw EngineError(.usage, "this cannot be taken back; say --yes to do it without being asked")
                }
                complain("\nMerge them? This cannot be taken back. [y/N]")
                guard readLine()?.lowercased() == "y" else {
                    complain("nothing was changed")
                    throw ExitCode(3)
                }
            }
            let lost = try engine.merge(sku, into: into, actor: operatorName())
            for count in lost { complain("\(count); count it again".printable) }
            print("\(sku) is one with \(into) now".printable)
        }
    }
}
