/// Linear equations with a symmetric, positive definite matrix.
enum Cholesky {
    /// Solves A·x = b in place; false, with both spoilt, where A is not positive definite.
    ///
    /// - Parameters:
    ///   - matrix: A by rows, `size` × `size`; holds its factor afterwards.
    ///   - vector: b, then x.
    static func solve(_ matrix: inout [Double], _ vector: inout [Double], _ size: Int) -> Bool {
        for row in 0..<size {
            for column in 0...row {
                var sum = matrix[row * size + column]
                for k in 0..<column { sum -= matrix[row * size + k] * matrix[column * size + k] }
                if column < row {
                    matrix[row * size + column] = sum / matrix[column * size + column]
                } else {
                    guard sum > 0 else { return false }
                    matrix[row * size + row] = sum.squareRoot()
                }
            }
        }
        for row in 0..<size {
            var sum = vector[row]
            for k in 0..<row { sum -= matrix[row * size + k] * vector[k] }
            vector[row] = sum / matrix[row * size + row]
        }
        for row in stride(from: size - 1, through: 0, by: -1) {
            var sum = vector[row]
            for k in (row + 1)..<max(row + 1, size) { sum -= matrix[k * size + row] * vector[k] }
            vector[row] = sum / matrix[row * size + row]
        }
        return true
    }
}
