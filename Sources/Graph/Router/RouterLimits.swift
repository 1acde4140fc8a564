/// What one thread's part of a router may hold.
package struct RouterLimits: Sendable {
    /// The longest request, and the longest answer of a step.
    package let bodyMax: Int
    /// Bytes of requests in hand; further requests are told 503.
    package let heldMax: Int

    package init(bodyMax: Int, heldMax: Int) {
        self.bodyMax = bodyMax
        self.heldMax = heldMax
    }

    /// Of a router that has its process for itself.
    package static let own = RouterLimits(bodyMax: GraphLimits.bodyMax, heldMax: .max)
    /// Of one that shares its threads with others, who wait while a body is looked through.
    package static let shared = RouterLimits(bodyMax: 64 << 20, heldMax: 256 << 20)
}
