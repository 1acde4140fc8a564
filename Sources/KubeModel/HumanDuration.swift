/// Durations as `kubectl get` shows ages: two units where the first alone would be coarse.
package enum HumanDuration {
    /// `59s`, `2m1s`, `10m`, `3h5m`, `8h`, `2d3h`, `8d`, `2y`; `<invalid>` for what lies in the future.
    package static func text(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        if seconds <= -2 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        let minutes = seconds / 60
        let hours = minutes / 60
        let days = hours / 24
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<600: return pair(minutes, "m", seconds % 60, "s")
        case ..<(3 * 3600): return "\(minutes)m"
        case ..<(8 * 3600): return pair(hours, "h", minutes % 60, "m")
        case ..<(48 * 3600): return "\(hours)h"
        case ..<(8 * 86_400): return pair(days, "d", hours % 24, "h")
        case ..<(2 * 365 * 86_400): return "\(days)d"
        case ..<(8 * 365 * 86_400): return pair(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }
}
