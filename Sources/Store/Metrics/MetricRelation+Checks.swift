import Domain

extension MetricRelation {
    /// Why a sum cannot be made of a value and a condition, in words; nil where it can.
    ///
    /// It says before anything is read what a query would find out: fields that no reading has at once, and values that
    /// are no numbers.
    public func refusal(of value: Expression, where condition: Expression?) -> String? {
        let wanted = Set(value.fields.union(condition?.fields ?? []).map { fields[$0] })
        if name == "stock", let stray = wanted.subtracting(MetricRelation.stockMeasures).min() {
            return "stock is summed by \(MetricRelation.stockMeasures.joined(separator: ", ")) alone, not by \(stray); "
                + "filter by it when you ask, with --where"
        }
        guard forms.contains(where: { wanted.isSubset(of: $0.fields.keys) }) else {
            return "\(name) cannot be read by \(wanted.sorted().joined(separator: ", ")) at once"
        }
        let names = value.fields.map { fields[$0] }
        let sample = value.evaluate { index in
            // Numbers that are all different, so that no difference or quotient of them is nothing.
            dimensions.contains(fields[index]) ? .text("x") : .number(Double(index * index + 2))
        }
        switch sample {
        case .text: return "'\(value)' is a text; a sum needs a number: one of \(measures)"
        case .missing where names.contains(where: dimensions.contains):
            return "'\(value)' counts with a text; a sum needs numbers: \(measures)"
        default: return nil
        }
    }

    private static let stockMeasures = [
        "units", "value", "products", "in_stock", "out_of_stock", "lost_units", "lost_value", "demand",
    ]

    private var measures: String {
        fields.filter { !dimensions.contains($0) }.joined(separator: ", ")
    }
}
