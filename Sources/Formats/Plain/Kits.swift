import Domain

/// What kits are made of: `kit,component,quantity`, a row a component.
///
/// `kit` and `component` are SKUs; `quantity` is whole units of the component in one kit, 0 to take it out of the kit.
public enum KitsFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case kit, component, quantity
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = Field.allCases

    /// The component of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> KitComponent {
        KitComponent(
            kit: try row.product(.kit), component: try row.product(.component),
            quantity: try row.requiredInteger(.quantity))
    }

    /// The fields of a component.
    public static func written(_ component: KitComponent) -> [Field: PlainValue] {
        filled([.quantity: .integer(component.quantity)], component.kit, .kit)
            .merging(filled([:], component.component, .component)) { $1 }
    }
}
