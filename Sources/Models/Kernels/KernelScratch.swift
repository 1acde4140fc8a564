/// Work space of kernel models, used again for each request.
struct KernelScratch {
    /// For each row of a tile the kernel's values with all support vectors, eight to an element.
    var values: [SIMD8<Double>] = []
    /// The decisions of one row.
    var decisions: [Double] = []
    /// What becomes of them.
    var work: [Double] = []

    /// Makes room; what stands there does not matter.
    mutating func resize(_ values: Int, decisions: Int) {
        if self.values.count < values { self.values = [SIMD8<Double>](repeating: .zero, count: values) }
        if self.decisions.count < decisions { self.decisions = [Double](repeating: 0, count: decisions) }
    }
}
