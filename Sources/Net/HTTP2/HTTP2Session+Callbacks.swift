import CNGHTTP2

/// What nghttp2 calls: every function finds the connection, and turns C's words into its own.
///
/// One table serves all sessions of the program: it is complete before the first session copies it.
final class HTTP2Callbacks: @unchecked Sendable {
    // Safe: never changed after it was made; nghttp2 copies what it needs into each session.
    let callbacks: OpaquePointer?
    let options: OpaquePointer?

    static let shared = HTTP2Callbacks()

    /// Streams that a server is taken to bear before it has said how many.
    private static let streamsUntilSaid: UInt32 = 100

    private init() {
        var callbacks: OpaquePointer?
        var options: OpaquePointer?
        nghttp2_session_callbacks_new(&callbacks)
        nghttp2_option_new(&options)
        self.callbacks = callbacks
        self.options = options
        // Windows open as services take bodies, not as bytes arrive.
        nghttp2_option_set_no_auto_window_update(options, 1)
        nghttp2_option_set_no_closed_streams(options, 1)
        nghttp2_option_set_peer_max_concurrent_streams(options, Self.streamsUntilSaid)
        noteHeads()
        noteFrames()
        noteBodies()
    }

    private func noteHeads() {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, owner in
            guard let frame, let owner = connection(owner) else { return 0 }
            owner.headBegins(frame.pointee.hd.stream_id, isFirst: frame.pointee.isFirstHead)
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _,
            frame,
            name,
            nameCount,
            value,
            count,
            _,
            owner in
            guard let frame, let owner = connection(owner) else { return 0 }
            owner.headField(
                frame.pointee.hd.stream_id,
                UnsafeRawBufferPointer(start: name, count: nameCount),
                UnsafeRawBufferPointer(start: value, count: count)
            )
            return 0
        }
    }

    private func noteFrames() {
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, owner in
            guard let header, let owner = connection(owner) else { return 0 }
            owner.frameBegins(header.pointee.kind)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { session, frame, owner in
            guard let frame, let owner = connection(owner) else { return 0 }
            let header = frame.pointee.hd
            switch UInt32(header.type) {
            case NGHTTP2_HEADERS.rawValue: owner.headEnds(header.stream_id, isWhole: header.endsStream)
            case NGHTTP2_DATA.rawValue where header.endsStream: stream(session, header.stream_id)?.receivedAll()
            case NGHTTP2_SETTINGS.rawValue where !header.isAcknowledgement: owner.settingsReceived()
            case NGHTTP2_PING.rawValue where header.isAcknowledgement: owner.pingAnswered()
            case NGHTTP2_GOAWAY.rawValue: owner.goAwayReceived()
            default: break
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { session, frame, owner in
            guard let header = frame?.pointee.hd else { return 0 }
            switch UInt32(header.type) {
            case NGHTTP2_DATA.rawValue where header.endsStream, NGHTTP2_HEADERS.rawValue where header.endsStream:
                stream(session, header.stream_id)?.sentAll()
            case NGHTTP2_GOAWAY.rawValue: connection(owner)?.goAwaySent()
            default: break
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { session, id, code, owner in
            guard let owner = connection(owner), let stream = stream(session, id) else { return 0 }
            owner.closed(stream, code)
            return 0
        }
    }

    private func noteBodies() {
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { session, _, id, bytes, count, owner in
            guard let owner = connection(owner) else { return 0 }
            owner.session?.grantConnection(count)
            stream(session, id)?.received(UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
        nghttp2_session_callbacks_set_send_data_callback(callbacks) { session, frame, frameHead, count, _, owner in
            let failure = Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
            guard let owner = connection(owner), let frame, let stream = stream(session, frame.pointee.hd.stream_id)
            else { return failure }
            let head = UnsafeRawBufferPointer(start: frameHead, count: 9)
            return owner.sendBody(of: stream, head, count) ? 0 : Int32(NGHTTP2_ERR_WOULDBLOCK.rawValue)
        }
    }

    /// Where nghttp2 gets the bytes of a body.
    static var body: nghttp2_data_provider {
        var provider = nghttp2_data_provider()
        provider.read_callback = { session, id, _, room, flags, _, owner in
            guard let owner = connection(owner), let stream = stream(session, id) else {
                return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            switch owner.offerBody(of: stream, room) {
            case .nothingYet: return Int(NGHTTP2_ERR_DEFERRED.rawValue)
            case .bytes(let count, let end):
                flags?.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
                if end != .open { flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
                if end == .trailers { flags?.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue }
                return count
            }
        }
        return provider
    }
}

private func connection(_ owner: UnsafeMutableRawPointer?) -> HTTP2Connection? {
    owner.map { Unmanaged<HTTP2Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func stream(_ session: OpaquePointer?, _ id: Int32) -> HTTP2Stream? {
    nghttp2_session_get_stream_user_data(session, id).map {
        Unmanaged<HTTP2Stream>.fromOpaque($0).takeUnretainedValue()
    }
}

extension nghttp2_frame {
    /// Whether this head is a stream's first: a request's, or an answer's or interim answer's.
    fileprivate var isFirstHead: Bool {
        UInt32(hd.type) == NGHTTP2_HEADERS.rawValue
            && (headers.cat == NGHTTP2_HCAT_REQUEST || headers.cat == NGHTTP2_HCAT_RESPONSE)
    }
}

extension nghttp2_frame_hd {
    fileprivate var endsStream: Bool { flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 }
    fileprivate var isAcknowledgement: Bool { flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0 }

    /// What the frame is to the server.
    fileprivate var kind: FloodGuard.Frame {
        switch UInt32(type) {
        case NGHTTP2_HEADERS.rawValue: .useful
        case NGHTTP2_DATA.rawValue: length > 0 || endsStream ? .useful : .idle
        default: .idle
        }
    }
}
