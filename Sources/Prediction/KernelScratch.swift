/// Work space of kernel models, used again for each request.
package struct KernelScratch {
    /// For each row of a tile the kernel's values with all support vectors, eight to an element.
    package var values: [SIMD8<Double>] = []
    /// The decisions of one row.
    package var decisions: [Double] = []
    /// What becomes of them.
    package var work: [Double] = []

    package init(values: [SIMD8<Double>] = [], decisions: [Double] = [], work: [Double] = []) {
        self.values = values
        self.decisions = decisions
        self.work = work
    }

    /// Makes room; what stands there does not matter.
    package mutating func resize(_ values: Int, decisions: Int) {
        if self.values.count < values { self.values = [SIMD8<Double>](repeating: .zero, count: values) }
        if self.decisions.count < decisions { self.decisions = [Double](repeating: 0, count: decisions) }
    }
}
