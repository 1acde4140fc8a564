import Base
import CLinux

extension HTTP1ServerConnection {
    /// Answers in the server's own name where no answer has begun, and closes.
    func refuse(_ status: Int, _ message: String) {
        let canAnswer = answer == .owed || answer == .none
        abandon()
        guard canAnswer else { return connection.close() }
        keepsAlive = false
        connection.write { out in HTTP1ServerConnection.writeRefusal(status, message, to: &out) }
        answer = .ended
        connection.closeWhenSent()
    }

    /// A whole answer that says why no service was asked.
    static func writeRefusal(_ status: Int, _ message: String, to out: inout OutBuffer) {
        let body = JSON.object(["error": .string(message)]).text
        HTTPStatus.append(status, to: &out)
        out.append("content-type: application/json\r\nconnection: close\r\ncontent-length: ")
        out.append(decimal: body.utf8.count)
        out.append("\r\n\r\n")
        out.append(body)
    }

    func refuseBody(_ max: Int) -> Bool { refuse(.tooLarge(max)) }

    /// Refuses a body; nothing more of the request is read.
    func refuse(_ refusal: BodyCollector.Refusal) -> Bool {
        refuse(refusal.status, refusal.message)
        return false
    }

    func checkTime(_ now: Instant) {
        let limits = server.limits
        if isUpgraded { return }
        if connection.unsentBytes > 0 {
            guard connection.hasStalled(for: limits.stallTime, at: now) else { return }
            abandon()
            return connection.close()
        }
        switch reading {
        case .head:
            if headSeen == 0, !connection.isHandshaking {
                if now - waitingSince > limits.idleTime { connection.close() }
            } else if now - waitingSince > limits.headTime {
                if connection.isHandshaking { return connection.close() }
                refuse(408, "the request's head did not arrive within \(limits.headTime)")
            }
        case .fixed, .chunked:
            guard !isBodyPaused, now - connection.lastProgress > limits.stallTime else { return }
            refuse(408, "the request's body did not go on for \(limits.stallTime)")
        case .done: break
        }
    }

    func drain() {
        keepsAlive = false
        _ = connection.loop.after(server.limits.lastRequestTime) { [weak self] in self?.leaveWhenIdle() }
    }

    private func leaveWhenIdle() {
        guard connection.isOpen, isIdle else { return }
        // A busy loop may not have looked yet at what has come.
        connection.read()
        if connection.isOpen, isIdle, connection.unsentBytes == 0 { connection.close() }
    }

    func cutOff() {
        // Whoever carries on an upgraded connection is the driver now, and is told.
        if isUpgraded { return connection.breakOff(NetFault(.local, .closed, "the server ends")) }
        abandon()
        connection.close()
    }
}
