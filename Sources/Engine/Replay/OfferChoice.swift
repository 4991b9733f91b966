import Domain

extension [Offer] {
    /// The offer to buy by: one with a lead time before one without, the shop's currency before others, then the cheapest.
    func toBuyBy(_ currency: Currency) -> Offer? {
        self.min { left, right in
            func rank(_ offer: Offer) -> (Int, Int, Int64, SupplierName) {
                (
                    offer.currency == currency ? 0 : 1, offer.leadTimeDays == nil ? 1 : 0, offer.cost?.micros ?? .max,
                    offer.supplier
                )
            }
            return rank(left) < rank(right)
        }
    }
}

extension Offer {
    /// What a unit costs in the shop's currency by this offer, else as declared.
    func cost(in currency: Currency, declared: UnitPrice?) -> UnitPrice? {
        self.currency == currency ? cost ?? declared : declared
    }
}
