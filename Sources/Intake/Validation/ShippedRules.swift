extension Validation {
    /// The rules that ship with Penstock.
    static let shipped = shippedTime + shippedContent

    /// Time sanity.
    private static let shippedTime = """
        # Time sanity: what has not happened cannot be told of; five minutes are clocks that differ.
        [[rule]]
        fact = "order"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "this is dated after the shop's clock; correct the date"
        [[rule]]
        fact = "order"
        name = "refund-not-yet"
        severity = "refuse"
        when = "last_age_days < -0.0035"
        say = "a refund or edit in it is dated after the shop's clock; correct its date"
        [[rule]]
        fact = "order"
        name = "version-not-yet"
        severity = "refuse"
        when = "version_age_days < -0.0035"
        say = "it was changed after the shop's clock, so that no later version could count; correct the time of change"
        [[rule]]
        fact = "amendment"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a refund or edit of the future; correct its date"
        [[rule]]
        fact = "shipment"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035 or version_age_days < -0.0035"
        say = "a shipment of the future; correct its time"
        [[rule]]
        fact = "product"
        name = "version-not-yet"
        severity = "refuse"
        when = "version_age_days < -0.0035"
        say = "it was changed after the shop's clock, so that no later word could count; correct the time of change"
        [[rule]]
        fact = "count"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a count of the future; correct counted_at"
        [[rule]]
        fact = "move"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a move of the future; correct its time"
        [[rule]]
        fact = "purchase"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -1.5"
        say = "ordered on a day that has not come; correct ordered_on"
        [[rule]]
        fact = "receipt"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a receipt of the future; correct its time"
        [[rule]]
        fact = "stage"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035 or end_age_days < -0.0035"
        say = "a stage of the future; correct its times"
        [[rule]]
        fact = "scan"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a scan of the future; check the carrier's clock"
        [[rule]]
        fact = "web"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.05"
        say = "an event of the future; check the sender's clock"
        [[rule]]
        fact = "cart"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035 or version_age_days < -0.0035"
        say = "a cart of the future; check the sender's clock"
        [[rule]]
        fact = "ad-spend"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -1.5"
        say = "spend of a day that has not come; correct the day"
        [[rule]]
        fact = "mention"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a mention of the future; correct its time"
        [[rule]]
        fact = "competitor-price"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a price seen in the future; correct seen_at"
        [[rule]]
        fact = "ticket"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035 or version_age_days < -0.0035"
        say = "a ticket of the future; correct its times"
        [[rule]]
        fact = "review"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "a review of the future; correct its time"
        [[rule]]
        fact = "footfall"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -0.0035"
        say = "visitors of the future; check the counter's clock"
        [[rule]]
        fact = "shift"
        name = "not-yet"
        severity = "refuse"
        when = "state = 'worked' and age_days < -0.0035"
        say = "hours that were worked in the future; correct the times, or say planned"
        [[rule]]
        fact = "rate"
        name = "not-yet"
        severity = "refuse"
        when = "age_days < -1.5"
        say = "a rate of a day that has not come; correct the day"

        """
        + ["promotion", "firm-order", "override"].map { kind in
            """
            [[rule]]
            fact = "\(kind)"
            name = "version-not-yet"
            severity = "refuse"
            when = "version_age_days < -0.0035"
            say = "it was changed after the shop's clock, so that no later word could count; correct updated_at"

            """
        }.joined()
        + ["promotion", "firm-order", "occasion"].map { kind in
            """
            [[rule]]
            fact = "\(kind)"
            name = "far-off"
            severity = "flag"
            when = "age_days < -1830"
            say = "this is dated {year}; is the year right?"

            """
        }.joined()
        + [
            "order", "amendment", "shipment", "count", "move", "purchase", "ship-notice", "receipt", "stage", "scan",
            "web", "cart", "ad-spend", "mention", "competitor-price", "ticket", "review", "footfall", "shift",
            "promotion", "firm-order", "occasion",
        ].map { kind in
            """
            [[rule]]
            fact = "\(kind)"
            name = "long-ago"
            severity = "flag"
            when = "year < 2000"
            say = "this is dated {year}; is the year right?"

            """
        }.joined()

    /// What a fact says of itself, and its range.
    private static let shippedContent = """
        # Cross-field: what a document says of itself against what its lines come to.
        [[rule]]
        fact = "order"
        name = "no-lines"
        severity = "refuse"
        when = "lines = 0 and not is_test"
        say = "an order without lines says nothing; fetch it again"
        [[rule]]
        fact = "order"
        name = "refund-undated"
        severity = "flag"
        when = "is_refund_undated"
        say = "money was given back and nobody says when; it counts on the day of fulfilment, else of payment, else of the order"
        [[rule]]
        fact = "order"
        name = "subtotal-disagrees"
        severity = "flag"
        when = "abs(stated_subtotal - subtotal) > tolerance and not is_test"
        say = "the stated subtotal {stated_subtotal} is not what the lines come to after discounts, {subtotal}"
        [[rule]]
        fact = "order"
        name = "discounts-disagree"
        severity = "flag"
        when = "abs(stated_discounts - all_discounts) > tolerance and not is_test"
        say = "the stated discounts {stated_discounts} are not those of the lines, {all_discounts}"
        [[rule]]
        fact = "order"
        name = "total-disagrees"
        severity = "flag"
        when = "abs(stated_total - total) > tolerance and not is_test"
        say = "the stated total {stated_total} is not what lines, postage and tax come to, {total}"
        [[rule]]
        fact = "order"
        name = "tax-disagrees"
        severity = "flag"
        when = "abs(stated_tax - line_tax) > tolerance and not is_test"
        say = "the stated tax {stated_tax} is not that of the lines, {line_tax}"
        [[rule]]
        fact = "order"
        name = "negative-price"
        severity = "refuse"
        when = "lowest_price < 0"
        say = "a line is sold for {lowest_price}; correct the price, or say what else the line is"
        [[rule]]
        fact = "order"
        name = "discount-exceeds-price"
        severity = "refuse"
        when = "largest_discount_share > 1.0001"
        say = "a line is discounted by more than its price; correct discount or price"
        [[rule]]
        fact = "order"
        name = "outsize"
        severity = "flag"
        when = "units > 100000"
        say = "{units} units in one order; is the quantity right?"

        # Range.
        [[rule]]
        fact = "shipment"
        name = "nothing-shipped"
        severity = "flag"
        when = "units = 0"
        say = "a shipment of nothing"
        [[rule]]
        fact = "product"
        name = "cost-above-price"
        severity = "flag"
        when = "cost > price"
        say = "cost {cost} is above price {price}; one of them is wrong, or it is sold at a loss"
        [[rule]]
        fact = "product"
        name = "bad-barcode"
        severity = "flag"
        when = "barcode_errors > 0"
        say = "the bar code's check digit is wrong; it is left out"
        [[rule]]
        fact = "kit"
        name = "negative"
        severity = "refuse"
        when = "quantity < 0"
        say = "a kit holds {quantity} of a component; write 1 or more, 0 to take it out"
        [[rule]]
        fact = "move"
        name = "no-units"
        severity = "refuse"
        when = "quantity <= 0"
        say = "a move needs a quantity above 0, not {quantity}; to turn it round, exchange from and to"
        [[rule]]
        fact = "move"
        name = "no-places"
        severity = "refuse"
        when = "from is missing and to is missing"
        say = "from and to are both blank; where did it move?"
        [[rule]]
        fact = "offer"
        name = "costs-nothing"
        severity = "flag"
        when = "cost = 0"
        say = "a supplier that asks nothing; a cost of 0 is never ordered automatically"
        [[rule]]
        fact = "purchase"
        name = "over-delivered"
        severity = "flag"
        when = "received > quantity"
        say = "{received} received of {quantity} ordered"
        [[rule]]
        fact = "purchase"
        name = "arrives-before-ordered"
        severity = "flag"
        when = "days_to_arrive < 0"
        say = "expected before it was ordered; correct one of the days"
        [[rule]]
        fact = "ship-notice"
        name = "no-units"
        severity = "refuse"
        when = "quantity <= 0"
        say = "a ship notice of {quantity} units; write what was sent"
        [[rule]]
        fact = "receipt"
        name = "nothing-came"
        severity = "flag"
        when = "quantity + damaged = 0"
        say = "a receipt of nothing"
        [[rule]]
        fact = "receipt"
        name = "expired"
        severity = "flag"
        when = "shelf_days < 0"
        say = "it had expired when it came"
        [[rule]]
        fact = "stage"
        name = "ends-before-start"
        severity = "refuse"
        when = "hours < 0"
        say = "a stage that ends before it begins; correct start or end"
        [[rule]]
        fact = "cart"
        name = "completed-before-begun"
        severity = "flag"
        when = "hours_to_complete < 0"
        say = "completed before it was begun"
        [[rule]]
        fact = "ad-spend"
        name = "more-clicks-than-views"
        severity = "flag"
        when = "clicks > impressions"
        say = "{clicks} clicks on {impressions} impressions"
        [[rule]]
        fact = "competitor-price"
        name = "no-price"
        severity = "refuse"
        when = "price <= 0.01"
        say = "a competitor asks {price}: that is a page without a price, not a price"
        [[rule]]
        fact = "ticket"
        name = "closed-before-opened"
        severity = "flag"
        when = "hours_open < 0"
        say = "closed before it was opened"
        [[rule]]
        fact = "shift"
        name = "no-hours"
        severity = "refuse"
        when = "hours <= 0"
        say = "a shift that ends before it begins; past midnight the end is on the next day"
        [[rule]]
        fact = "shift"
        name = "too-long"
        severity = "flag"
        when = "hours > 16"
        say = "a shift of {hours} hours"
        [[rule]]
        fact = "rate"
        name = "no-rate"
        severity = "refuse"
        when = "rate <= 0"
        say = "a rate of exchange is above 0"
        [[rule]]
        fact = "promotion"
        name = "ends-before-begins"
        severity = "refuse"
        when = "days <= 0"
        say = "a promotion that ends before it begins; correct from or to"
        [[rule]]
        fact = "promotion"
        name = "too-long"
        severity = "flag"
        when = "days > 366"
        say = "a promotion of {days} days is the usual price; are the days right?"
        [[rule]]
        fact = "promotion"
        name = "large-lift"
        severity = "flag"
        when = "lift > 20"
        say = "demand is expected to be {lift} times the usual; +40 % is a lift of 1.4"
        [[rule]]
        fact = "firm-order"
        name = "no-units"
        severity = "refuse"
        when = "quantity <= 0 and status = 'open'"
        say = "an order of {quantity} units; write what is wanted, or status cancelled"
        [[rule]]
        fact = "firm-order"
        name = "outsize"
        severity = "flag"
        when = "quantity > 100000"
        say = "{quantity} units in one line; is the quantity right?"
        [[rule]]
        fact = "override"
        name = "ends-before-begins"
        severity = "refuse"
        when = "days <= 0"
        say = "an override that ends before it begins; correct from or to"
        [[rule]]
        fact = "override"
        name = "expires-before-begins"
        severity = "refuse"
        when = "days_to_expiry <= 0"
        say = "an override that expires before it begins never holds; correct from or expires"
        [[rule]]
        fact = "override"
        name = "outlives-its-reason"
        severity = "flag"
        when = "expiry_age_days < -366 and status = 'active'"
        say = "it holds for more than a year; will its reason? Set an earlier day, and renew it"

        """
}
