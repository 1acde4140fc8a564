import CLanes

/// Loops over numbers, eight side by side, as this machine's processor does them quickest.
///
/// The same numbers may come out a rounding apart on another processor: some add and multiply in one step.
///
/// Safe: points at a constant of the program.
package struct Lanes: @unchecked Sendable {
    let loops: UnsafePointer<clanes>

    /// Numbers side by side.
    package static let width = 8
    /// The quickest ones.
    package static let best = Lanes(loops: clanes_best())
    /// All that run here, those that every processor can do first.
    package static let all = (0..<3).compactMap { index in clanes_at(Int32(index)).map { Lanes(loops: $0) } }

    /// What the processor must have for them.
    package var name: String { String(cString: loops.pointee.name) }

    /// Replaces numbers by their exponentials; right to 10⁻¹⁵ of the value.
    package func exponential(_ numbers: UnsafeMutableBufferPointer<Double>) {
        loops.pointee.exponential(numbers.baseAddress, numbers.count)
    }

    /// Replaces numbers by their hyperbolic tangents; right to 2 × 10⁻¹⁵ of the value.
    package func hyperbolicTangent(_ numbers: UnsafeMutableBufferPointer<Double>) {
        loops.pointee.hyperbolic_tangent(numbers.baseAddress, numbers.count)
    }

    /// Replaces numbers by 1 / (1 + e^-x); right to 10⁻¹⁵ of the value.
    package func logistic(_ numbers: UnsafeMutableBufferPointer<Double>) {
        loops.pointee.logistic(numbers.baseAddress, numbers.count)
    }

    /// Replaces numbers by their cosines; right to 10⁻¹⁵ of 1.
    package func cosine(_ numbers: UnsafeMutableBufferPointer<Double>) {
        loops.pointee.cosine(numbers.baseAddress, numbers.count)
    }

    /// Replaces each row of numbers by its exponentials, divided by their sum.
    package func softmax(_ numbers: UnsafeMutableBufferPointer<Double>, width: Int) {
        for start in stride(from: 0, to: numbers.count, by: max(1, width)) {
            var highest = -Double.infinity
            for index in start..<start + width { highest = max(highest, numbers[index]) }
            for index in start..<start + width { numbers[index] -= highest }
        }
        exponential(numbers)
        for start in stride(from: 0, to: numbers.count, by: max(1, width)) {
            var sum = 0.0
            for index in start..<start + width { sum += numbers[index] }
            for index in start..<start + width { numbers[index] /= sum }
        }
    }
}
