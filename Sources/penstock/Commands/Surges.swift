import ArgumentParser
import Engine

struct Surges: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "surges",
        abstract:
            "Show which products visits and mentions say will sell more in the next days, and how well that goes.",
        discussion: """
            Views of a product's page, carts and mentions (for products without, visits and mentions of the shop) lift the \
            forecast of the next seven days where they have proved to: on days they had not been learned from. Where they \
            do not, they are off, and it says why. LIFT: the most that a day is lifted. SINCE: the day on which the signal \
            was noticed. WARNING: hours from its end to that of the first day on which sales should show it.

            Examples:
              penstock surges
              penstock surges --all --json
            """)
    @OptionGroup var options: ReadOptions
    @Flag(help: "List every product that was judged, with its state and errors.") var all = false

    func run() throws { show(try options.shop.open().surges(isWhole: all), json: options.json) }
}
