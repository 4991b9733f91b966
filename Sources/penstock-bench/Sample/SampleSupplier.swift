import Domain

/// A supplier of the sample shop; all of them are invented.
struct SampleSupplier {
    /// Its name.
    var name: String
    /// The category of what it sells, as the catalogue has it.
    var category: String
    /// A product whose title has one of these words is its; the first supplier that claims it has it.
    var words: Set<String>
    /// Days from order to shelf, and their standard deviation.
    var leadDays: Double
    var leadSpread: Double
    /// Those days when paid to hurry; nil where it cannot.
    var expediteDays: Double?
    /// When it takes orders.
    var orderDays: [Weekday]
    var cutOff: String
    /// Least value of one order, pounds.
    var minimumOrder: Int64
    /// Days on which it does nothing, besides Christmas: ISO 8601, first and last.
    var closure: (String, String)?
    /// Share of its products that it sells in euros.
    var euroShare: Double = 0
    /// Whether half of its products are low, not a fifth: its last container was missed.
    var ranLow = false

    /// All nine; the last takes whatever is left.
    static let all = [
        SampleSupplier(
            name: "Aurelia Kerzen & Advent GmbH", category: "Candles and Christmas",
            words: [
                "CHRISTMAS", "ADVENT", "SNOWMEN", "SNOWFLAKE", "SANTAS", "CANDLE", "CANDLES", "LIGHT", "LIGHTS",
                "LANTERN", "INCENSE", "REINDEER", "ANGELS", "HOLLY", "BELLS",
            ], leadDays: 16, leadSpread: 3, orderDays: [.monday, .thursday], cutOff: "12:00", minimumOrder: 200,
            closure: ("2011-10-31", "2011-11-01"), euroShare: 0.6),
        SampleSupplier(
            name: "Paper Lantern Press", category: "Paper and party",
            words: [
                "PAPER", "CARD", "CARDS", "WRAP", "BUNTING", "NAPKINS", "DOILIES", "STICKERS", "RIBBONS", "RIBBON",
                "TISSUES", "TISSUE", "NOTEBOOK", "NOTEBOOKS", "PENCILS", "PEN", "BALLOON", "BALLOONS", "PARTY",
                "INVITES",
                "BIRTHDAY", "CHALKBOARD", "CASES", "BOOK", "BOOKS", "TATTOOS",
            ], leadDays: 4, leadSpread: 1, expediteDays: 2, orderDays: [], cutOff: "16:30", minimumOrder: 75),
        SampleSupplier(
            name: "Satchel & Thread Ltd", category: "Bags and textiles",
            words: [
                "BAG", "PURSE", "SHOPPER", "CUSHION", "DOORMAT", "UMBRELLA", "PARASOL", "TOWEL", "TOWELS", "FLANNEL",
                "APRON", "FABRIC", "KNITTED", "SLIPPER", "SOCK", "THROW", "SEWING", "KNITTING", "FELT",
            ], leadDays: 12, leadSpread: 2.5, expediteDays: 6, orderDays: [.monday, .wednesday, .friday],
            cutOff: "15:00", minimumOrder: 150),
        SampleSupplier(
            name: "Tidewell Toys", category: "Toys and crafts",
            words: [
                "TOY", "DOLL", "DOLLY", "GAME", "SKITTLES", "CHILDRENS", "CHILDS", "BABY", "SPACEBOY", "JIGSAW",
                "FELTCRAFT", "BINGO", "SPINNING", "HARMONICA", "CROQUET", "CIRCUS", "KIDS", "SOLDIER", "KIT",
            ], leadDays: 18, leadSpread: 4, orderDays: [.tuesday, .friday], cutOff: "14:00", minimumOrder: 120,
            closure: ("2011-10-24", "2011-10-28")),
        SampleSupplier(
            name: "Thornbury Garden Supply", category: "Garden",
            words: [
                "GARDEN", "PLANT", "FLOWER", "FLOWERS", "BIRD", "BIRDS", "POT", "GNOME", "TREE", "DAISY", "ROSE",
                "WOOD",
                "WOODEN", "WICKER",
            ], leadDays: 7, leadSpread: 1.5, expediteDays: 3,
            orderDays: [.monday, .tuesday, .wednesday, .thursday, .friday],
            cutOff: "11:00", minimumOrder: 100),
        SampleSupplier(
            name: "Northgate Tableware", category: "Tableware",
            words: [
                "MUG", "CUP", "PLATE", "BOWL", "TEACUP", "TEAPOT", "JAR", "JARS", "JUG", "GLASS", "CERAMIC", "BEAKER",
                "TUMBLER", "CAKE", "COFFEE", "TEA", "EGG", "CUTLERY", "PLACEMAT", "PLACEMATS",
            ], leadDays: 21, leadSpread: 4, orderDays: [.monday], cutOff: "17:00", minimumOrder: 250),
        SampleSupplier(
            name: "Mercer Kitchen Goods", category: "Kitchen and storage",
            words: [
                "KITCHEN", "TIN", "TINS", "BAKING", "BOTTLE", "TRAY", "PAN", "SPOON", "LUNCH", "BOX", "BOXES", "FOOD",
                "SNACK", "CUTTERS", "STRAWS", "SCALES", "CONTAINER", "BIN", "CRATES", "STORAGE",
            ], leadDays: 9, leadSpread: 2, expediteDays: 4, orderDays: [.monday, .wednesday], cutOff: "13:30",
            minimumOrder: 150),
        SampleSupplier(
            name: "Oakmere Signs & Frames", category: "Signs and frames",
            words: [
                "SIGN", "FRAME", "CLOCK", "HOOK", "METAL", "MIRROR", "PHOTO", "WALL", "KNOB", "MAGNETS", "BOARD",
                "LETTERS", "CABINET", "CHEST", "DRAWER", "DRAWERS", "ORGANISER",
            ], leadDays: 14, leadSpread: 3, expediteDays: 8, orderDays: [.tuesday, .thursday], cutOff: "16:00",
            minimumOrder: 120),
        SampleSupplier(
            name: "Bright Harbour Trading Co", category: "Gifts", words: [], leadDays: 32, leadSpread: 6,
            orderDays: [.monday], cutOff: "10:00", minimumOrder: 400, closure: ("2011-10-01", "2011-10-07"),
            ranLow: true),
    ]

    /// The one that sells what is called so.
    static func index(of title: String) -> Int {
        let words = title.uppercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return all.firstIndex { supplier in words.contains { supplier.words.contains($0) } } ?? all.count - 1
    }

    /// When it takes orders, closed over Christmas like everybody; nil where a name or a time is not one.
    var calendar: SupplierCalendar? {
        let closed = [closure, ("2011-12-24", "2012-01-02")].compactMap { days -> ClosedRange<Day>? in
            guard let days, let first = Day(days.0), let last = Day(days.1) else { return nil }
            return first...last
        }
        return SupplierName(name).map {
            SupplierCalendar(
                supplier: $0, orderDays: orderDays, cutOff: TimeOfDay(cutOff), minimumOrderValue: minimumOrder * 100,
                closures: closed)
        }
    }
}
