import Glibc

/// The cheapest way out of stock that should not be there: keep selling it, mark it down, send it back, or write it off.
///
/// What was paid for it is gone either way, so the ways are compared by the money that still comes in, in today's money:
/// a unit sold after t days at price p, when holding costs c a day and capital costs ρ a day, brings p·e^(−ρt) − c·t. At a
/// steady rate r, N units sell one each 1 ÷ r days; what is left at the end of its time is scrapped.
public struct StockExit: Hashable, Sendable {
    /// A way out.
    public enum Way: Hashable, Sendable {
        /// Go on at the present price.
        case keep
        /// Sell at a lower price, the share taken off 0…1.
        case markdown(Double)
        /// Send it back to the supplier.
        case giveBack
        /// Scrap it now.
        case writeOff
    }

    /// A way and the money that it brings.
    public struct Choice: Hashable, Sendable {
        /// The way.
        public let way: Way
        /// Money in today's money; negative where it costs.
        public let worth: Double
        /// Days until the last unit is gone.
        public let days: Double
    }

    /// What is to be got rid of and on what terms.
    public struct Terms: Hashable, Sendable {
        /// Units, ≥ 0.
        public var units: Double
        /// Units sold a day at the present price, ≥ 0.
        public var rate: Double
        /// Present price of one unit, less what a sale costs, ≥ 0.
        public var price: Double
        /// Elasticity of demand, −50…0: units sold go with its power of the price, so −2 sells 23 % more at a tenth off.
        public var elasticity: Double
        /// Money for keeping a unit for a day, ≥ 0.
        public var holding: Double
        /// Cost of capital a day, such as 0.0003, ≥ 0.
        public var capital: Double
        /// Money that a scrapped unit brings; negative where it costs.
        public var scrap: Double
        /// Money that the supplier gives for a unit; nil where it takes none back.
        public var credit: Double?
        /// Money for sending back at all, ≥ 0.
        public var returnFee: Double
        /// Days for which it can be sold; infinite for no end.
        public var days: Double
        /// The largest share that may be taken off, 0 ..< 1.
        public var largestMarkdown: Double

        /// Terms; no way back to the supplier unless said otherwise.
        public init(
            units: Double, rate: Double, price: Double, elasticity: Double, holding: Double, capital: Double = 0,
            scrap: Double = 0, credit: Double? = nil, returnFee: Double = 0, days: Double = .infinity,
            largestMarkdown: Double = 0.7
        ) {
            self.units = units
            self.rate = rate
            self.price = price
            self.elasticity = elasticity
            self.holding = holding
            self.capital = capital
            self.scrap = scrap
            self.credit = credit
            self.returnFee = returnFee
            self.days = days
            self.largestMarkdown = largestMarkdown
        }
    }

    /// All ways there are, the best first; of equal ones in the order keep, markdown, give back, write off.
    public let choices: [Choice]

    /// Nil where a number of the terms is out of range.
    public init?(_ terms: Terms) {
        let amounts = [
            terms.units, terms.rate, terms.price, terms.holding, terms.capital, terms.returnFee, terms.largestMarkdown,
        ]
        guard amounts.allSatisfy({ $0 >= 0 && $0 < 1e100 }), terms.scrap.isFinite, terms.credit?.isFinite ?? true,
            terms.days >= 0, terms.largestMarkdown < 1, (-50...0).contains(terms.elasticity)
        else { return nil }
        var choices = [StockExit.sold(terms, markdown: 0, as: .keep)]
        // Whole per cents, as price tags have; the worth may have more than one peak.
        var best: Choice?
        for percent in 1..<100 where Double(percent) / 100 <= terms.largestMarkdown + 1e-12 {
            let share = Double(percent) / 100
            let choice = StockExit.sold(terms, markdown: share, as: .markdown(share))
            if choice.worth > best?.worth ?? -.infinity { best = choice }
        }
        if let best { choices.append(best) }
        if let credit = terms.credit {
            choices.append(Choice(way: .giveBack, worth: credit * terms.units - terms.returnFee, days: 0))
        }
        choices.append(Choice(way: .writeOff, worth: terms.scrap * terms.units, days: 0))
        let order = choices.indices.sorted {
            choices[$0].worth != choices[$1].worth ? choices[$0].worth > choices[$1].worth : $0 < $1
        }
        self.choices = order.map { choices[$0] }
    }

    /// What selling at a lower price brings until the units or the days are at an end.
    private static func sold(_ terms: Terms, markdown: Double, as way: Way) -> Choice {
        let rate = terms.rate * pow(1 - markdown, terms.elasticity)
        guard terms.units > 0 else { return Choice(way: way, worth: 0, days: 0) }
        // What does not sell at all is kept until its days end, and without an end for a year: nobody plans further.
        let horizon = terms.days.isFinite ? terms.days : max(365, rate > 0 ? terms.units / rate : 0)
        let days = rate > 0 ? min(horizon, terms.units / rate) : horizon
        let sold = min(terms.units, rate * days)
        let left = terms.units - sold
        // ∫ e^(−ρt) dt over the days, which is the days themselves where capital costs nothing.
        let discounted = terms.capital > 0 ? -expm1(-terms.capital * days) / terms.capital : days
        let income = terms.price * (1 - markdown) * rate * discounted
        let kept = terms.holding * (sold * days / 2 + left * days)
        let scrapped = terms.scrap * left * exp(-terms.capital * days)
        return Choice(way: way, worth: income - kept + scrapped, days: days)
    }
}
