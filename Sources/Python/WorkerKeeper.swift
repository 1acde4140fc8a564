import Base
import CLinux
import Synchronization

/// Keeps one worker running, on a thread of its own: starts it, lets it load its model, starts it again when it ends.
///
/// The thread lives as long as the worker may: the kernel ends a worker with the thread that started it.
final class WorkerKeeper: Sendable {
    private struct State {
        /// The worker that runs; others may ask it when `isLoaded`.
        var channel: WorkerChannel?
        var isLoaded = false
        /// Whether somebody found that the worker does not do its work.
        var isBroken = false
        var isEnding = false
        /// Why no worker answers.
        var reason = "it has not been started"
    }

    private let settings: PythonSettings
    private let model: ForeignModel
    private let time: any TimeSource
    private let log = Log("python-worker")
    private let state = Mutex(State())
    private let wakeup = Wakeup()
    private let ended = Wakeup()

    init(_ model: ForeignModel, _ settings: PythonSettings, time: any TimeSource) {
        self.model = model
        self.settings = settings
        self.time = time
    }

    /// Starts a worker and waits until it has loaded its model; what it says of the model.
    func start() throws(WorkerDown) -> JSON {
        let first = FirstLoad()
        OwnThread.start(name: "python-worker") { [self] in
            keepRunning(first)
            ended.wake()
        }
        return try first.result()
    }

    /// The worker's channel; throws with the reason where none can be asked.
    func channel() throws(WorkerDown) -> WorkerChannel {
        let state = state.withLock { $0 }
        guard let channel = state.channel, state.isLoaded else { throw WorkerDown(state.reason) }
        return channel
    }

    /// Lets go of a worker that did not answer as it should; another one follows.
    func replace(_ channel: WorkerChannel) {
        state.withLock { state in
            guard state.channel === channel else { return }
            (state.isLoaded, state.isBroken) = (false, true)
        }
        wakeup.wake()
    }

    /// Ends the worker; nobody may ask it any more. `wait` returns when it has ended.
    func end() {
        let channel = state.withLock { state in
            state.isEnding = true
            return state.channel
        }
        channel?.end()
        wakeup.wake()
    }

    /// Waits for the worker's end, after `end`.
    func wait() {
        ended.wait()
        ended.wake()
    }
}

// The thread.
extension WorkerKeeper {
    private func keepRunning(_ first: FirstLoad) {
        var backOff = BackOff(
            first: PythonLimits.restartFirst,
            max: PythonLimits.restartMax,
            reset: PythonLimits.restartReset
        )
        while true {
            let began = time.monotonic()
            let reason = run(first)
            let isWanted = pause(reason)
            // A model that never was there is told to whoever wants it, and not tried again.
            if first.fail(reason) || !isWanted { return }
            let delay = backOff.delay(afterRunning: time.monotonic() - began)
            log.error(
                "worker has ended and is started again",
                ["model": model.path, "reason": reason.description, "delay": "\(delay)"]
            )
            let deadline = time.monotonic() + delay
            while !isEnding, time.monotonic() < deadline { wakeup.wait(within: deadline - time.monotonic()) }
            if isEnding { return }
        }
    }

    private var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Notes why no worker runs; false where none shall.
    private func pause(_ reason: WorkerDown) -> Bool {
        state.withLock { state in
            (state.channel, state.isLoaded, state.isBroken, state.reason) = (nil, false, false, reason.description)
            return !state.isEnding
        }
    }

    /// Lets one worker live; why it ended.
    private func run(_ first: FirstLoad) -> WorkerDown {
        let process: WorkerProcess
        do throws(WorkerDown) {
            process = try WorkerProcess(interpreter: settings.interpreter, title: model.path, time: time)
        } catch {
            return error
        }
        let isWanted = state.withLock { state in
            state.channel = process.channel
            return !state.isEnding
        }
        guard isWanted else { return finish(process) }
        let told: JSON
        do throws(WorkerDown) { told = try load(process.channel) } catch {
            process.kill()
            let code = process.reap()
            return error.isEndOfStream ? WorkerDown(exit: code) : error
        }
        state.withLock { $0.isLoaded = !$0.isEnding }
        first.succeed(told)
        log.info("worker has loaded its model", ["model": model.path, "pid": String(process.pid)])
        while state.withLock({ !$0.isBroken && !$0.isEnding }), !process.hasEnded {
            Wakeup.wait(for: [process.pidfd, wakeup.descriptor])
            _ = wakeup.take()
        }
        return finish(process)
    }

    /// Ends a worker: at its own pace where it is no longer wanted, at once where it is broken.
    private func finish(_ process: WorkerProcess) -> WorkerDown {
        let isBroken = state.withLock { $0.isBroken }
        if isBroken { process.kill() }
        Wakeup.wait(for: [process.pidfd], within: PythonLimits.endTime)
        let hasEnded = process.hasEnded
        process.kill()
        let code = process.reap()
        return isBroken ? WorkerDown("the worker did not answer as it should") : WorkerDown(exit: hasEnded ? code : 137)
    }

    private func load(_ channel: WorkerChannel) throws(WorkerDown) -> JSON {
        let request: JSON = [
            "do": "load", "kind": .string(model.kind.rawValue), "path": .string(model.path),
            "probabilities": .bool(settings.wantsProbabilities),
        ]
        let answer: JSON
        do throws(WorkerFault) {
            answer = try channel.ask(WorkerFrame(head: request), within: settings.loadTime).head
        } catch {
            throw WorkerDown(loading: error, within: settings.loadTime)
        }
        guard answer["ok"].bool == true else {
            throw WorkerDown(refusal: answer, interpreter: settings.interpreter, model: model)
        }
        return answer
    }
}

/// How the first load of a worker ended, for the thread that waits for it.
private final class FirstLoad: Sendable {
    private let outcome = Mutex<Result<JSON, WorkerDown>?>(nil)
    private let settled = Wakeup()

    func succeed(_ told: JSON) { settle(.success(told)) }

    /// False where it had ended well before.
    func fail(_ reason: WorkerDown) -> Bool { settle(.failure(reason)) }

    func result() throws(WorkerDown) -> JSON {
        settled.wait()
        guard let outcome = outcome.withLock({ $0 }) else { throw WorkerDown("the worker was never started") }
        return try outcome.get()
    }

    @discardableResult
    private func settle(_ new: Result<JSON, WorkerDown>) -> Bool {
        let isFirst = outcome.withLock { outcome in
            guard outcome == nil else { return false }
            outcome = new
            return true
        }
        if isFirst { settled.wake() }
        return isFirst
    }
}
