/// The newest requests of one thread by a mark of their id, and the arm that each went to.
struct RecentRequests: Sendable {
    /// What is known of a request whose reward came.
    enum Found: Sendable {
        case unknown, repeated
        case due(ArmMeter)
    }

    private var marks = RecentMarks(countMax: RecentRequests.countMax)
    private var meters: [ArmMeter] = []

    /// Requests that are remembered; a further one takes the place of the oldest.
    static let countMax = 65_536

    mutating func remember(_ mark: Int, _ meter: ArmMeter) {
        let slot = marks.remember(mark)
        if slot == meters.count { meters.append(meter) } else { meters[slot] = meter }
    }

    mutating func takeReward(_ mark: Int) -> Found {
        switch marks.take(mark) {
        case .unknown: .unknown
        case .repeated: .repeated
        case .due(let slot): .due(meters[slot])
        }
    }
}
