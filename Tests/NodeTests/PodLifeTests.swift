import Base
import KubeModel
import Node
import Testing

@Suite struct PodLifeTests {
    @Test func aPodIsPreparedThenStartedThenReady() throws {
        let driver = try LifeDriver(pod())
        #expect(driver.on(.began) == [.prepare])
        #expect(driver.on(.prepared) == [.start(0, restart: 0)])
        #expect(PodStatus.phase(driver.life) == "Pending")
        #expect(driver.tales(.started(0, containerID: "x", imageID: "i")) == ["Created", "Started"])
        #expect(PodStatus.phase(driver.life) == "Running")
        #expect(driver.condition("Ready") == "True")
    }

    @Test func aStartIsSmoothUntilThePodIsReadyOrSomethingGoesWrong() throws {
        let readiness: JSON = ["tcpSocket": ["port": 80]]
        for end in [
            PodLife.Event.probed(0, .readiness, success: true, message: ""), .exited(0, .init(exitCode: 1)),
            .deletionRequested(grace: .seconds(1)),
        ] {
            let driver = try LifeDriver(pod(containers: [["name": "c", "readinessProbe": readiness]]))
            for event in [PodLife.Event.began, .prepared, .started(0, containerID: "x", imageID: "i"), .bound(0)] {
                _ = driver.on(event)
                #expect(driver.life.comesUpSmoothly, "\(event)")
            }
            _ = driver.on(end)
            #expect(!driver.life.comesUpSmoothly, "\(end)")
        }
        let driver = try LifeDriver(pod())
        _ = driver.on(.began)
        _ = driver.on(.notPrepared("no such volume"))
        #expect(!driver.life.comesUpSmoothly)
    }

    @Test func initContainersRunInOrderBeforeTheOthers() throws {
        let driver = try LifeDriver(pod(initContainers: [["name": "a"], ["name": "b"]]))
        _ = driver.on(.began)
        #expect(driver.on(.prepared) == [.start(0, restart: 0)])
        _ = driver.on(.started(0, containerID: "a", imageID: ""))
        #expect(driver.status["containerStatuses"][0]["state"]["waiting"]["reason"] == "PodInitializing")
        #expect(driver.on(.exited(0, .init(exitCode: 0))) == [.start(1, restart: 0)])
        _ = driver.on(.started(1, containerID: "b", imageID: ""))
        #expect(driver.condition("Initialized") == "False")
        #expect(driver.on(.exited(1, .init(exitCode: 0))) == [.start(2, restart: 0)])
        #expect(driver.condition("Initialized") == "True")
    }

    @Test func aSidecarIsPassedWhenItRunsAndEndsAfterTheMainOnes() throws {
        let driver = try LifeDriver(
            pod(initContainers: [["name": "side", "restartPolicy": "Always"]], restartPolicy: "Never")
        )
        _ = driver.on(.began)
        _ = driver.on(.prepared)
        #expect(driver.on(.started(0, containerID: "s", imageID: "")) == [.start(1, restart: 0)])
        _ = driver.on(.started(1, containerID: "m", imageID: ""))
        #expect(driver.on(.exited(1, .init(exitCode: 0))) == [.terminate(0)])
        _ = driver.on(.exited(0, .init(exitCode: 143, signal: 15)))
        #expect(driver.life.stage == .finished)
        #expect(PodStatus.phase(driver.life) == "Succeeded")
    }

    struct Ending: CustomTestStringConvertible {
        let policy: String
        let code: Int
        let phase: String
        let restarts: Bool
        var testDescription: String { "\(policy) after \(code)" }
    }

    @Test(arguments: [
        Ending(policy: "Always", code: 0, phase: "Running", restarts: true),
        Ending(policy: "Always", code: 1, phase: "Running", restarts: true),
        Ending(policy: "OnFailure", code: 0, phase: "Succeeded", restarts: false),
        Ending(policy: "OnFailure", code: 3, phase: "Running", restarts: true),
        Ending(policy: "Never", code: 0, phase: "Succeeded", restarts: false),
        Ending(policy: "Never", code: 137, phase: "Failed", restarts: false),
    ])
    func endsAsItsPolicySays(_ ending: Ending) throws {
        let driver = try LifeDriver(pod(restartPolicy: ending.policy))
        driver.run(0)
        let actions = driver.on(.exited(0, .init(exitCode: ending.code, message: "last words")))
        #expect(actions == (ending.restarts ? [.start(0, restart: 1)] : []))
        #expect(PodStatus.phase(driver.life) == ending.phase)
        let status = driver.status["containerStatuses"][0]
        let terminated = ending.restarts ? status["lastState"]["terminated"] : status["state"]["terminated"]
        #expect(terminated["exitCode"].int == ending.code)
        #expect(terminated["reason"] == (ending.code == 0 ? "Completed" : "Error"))
        #expect(terminated["message"] == "last words")
    }

    @Test func restartsWaitLongerAndLonger() throws {
        let driver = try LifeDriver(pod())
        driver.run(0)
        #expect(driver.on(.exited(0, .init(exitCode: 1))) == [.start(0, restart: 1)])
        for (restart, wait) in zip(2..., [10, 20, 40, 80, 160, 300, 300]) {
            _ = driver.on(.started(0, containerID: "x", imageID: ""))
            #expect(driver.tales(.exited(0, .init(exitCode: 1)), after: .seconds(1)) == ["BackOff"])
            #expect(driver.status["containerStatuses"][0]["state"]["waiting"]["reason"] == "CrashLoopBackOff")
            #expect(driver.life.deadline == driver.now.instant + .seconds(wait))
            #expect(driver.on(.tick, after: .seconds(wait) - .milliseconds(1)) == [])
            #expect(driver.on(.tick, after: .milliseconds(1)) == [.start(0, restart: restart)])
        }
        _ = driver.on(.started(0, containerID: "x", imageID: ""))
        #expect(driver.on(.exited(0, .init(exitCode: 1)), after: .seconds(600)) == [.start(0, restart: 9)])
    }

    @Test func aMissingImageIsTriedAgainAndIsNoRestart() throws {
        let driver = try LifeDriver(pod())
        _ = driver.on(.began)
        _ = driver.on(.prepared)
        let fault = StartFault.image(image: "nginx", why: "no engine")
        #expect(driver.tales(.notStarted(0, fault)) == ["Failed", "Failed"])
        #expect(driver.status["containerStatuses"][0]["state"]["waiting"]["reason"] == "ImagePullBackOff")
        #expect(PodStatus.phase(driver.life) == "Pending")
        #expect(driver.on(.tick, after: .seconds(10)) == [.start(0, restart: 0)])
    }

    @Test func aProgramThatCannotRunFailsAJob() throws {
        let driver = try LifeDriver(pod(restartPolicy: "Never"))
        _ = driver.on(.began)
        _ = driver.on(.prepared)
        _ = driver.on(.notStarted(0, .cannotRun("no such program")))
        #expect(PodStatus.phase(driver.life) == "Failed")
        #expect(driver.status["containerStatuses"][0]["state"]["terminated"]["reason"] == "StartError")
    }

    @Test func missingVolumesAreToldOnlyWhenTheyStayAway() throws {
        let driver = try LifeDriver(pod())
        _ = driver.on(.began)
        #expect(driver.tales(.notPrepared("claim not bound")) == [])
        #expect(driver.on(.tick, after: .milliseconds(20)) == [.prepare])
        for _ in 0..<4 {
            #expect(driver.tales(.notPrepared("claim not bound")).isEmpty || driver.elapsed > .milliseconds(300))
            _ = driver.on(.tick, after: .seconds(1))
        }
        #expect(driver.tales(.notPrepared("claim not bound")) == ["FailedMount"])
    }

    @Test func aReadyPodLeavesTheEndpointsBeforeItIsTerminated() throws {
        let driver = try LifeDriver(pod())
        driver.run(0)
        #expect(driver.on(.deletionRequested(grace: .seconds(30))) == [.awaitDrain])
        #expect(driver.on(.drained) == [.terminate(0)])
        #expect(driver.on(.tick, after: .seconds(29)) == [])
        #expect(driver.on(.tick, after: .seconds(1)) == [.kill(0)])
        #expect(driver.on(.exited(0, .init(exitCode: 137, signal: 9))) == [.release(.deletion)])
        #expect(driver.on(.released) == [.forget])
        #expect(driver.life.stage == .gone)
    }

    @Test func aSecondDeletionShortensTheGrace() throws {
        let driver = try LifeDriver(pod())
        driver.run(0)
        _ = driver.on(.deletionRequested(grace: .seconds(30)))
        _ = driver.on(.drained)
        #expect(driver.on(.deletionRequested(grace: .zero)) == [.kill(0)])
    }

    @Test func aHookRunsBeforeTheSignal() throws {
        let container: JSON = ["name": "c", "lifecycle": ["preStop": ["exec": ["command": ["true"]]]]]
        let driver = try LifeDriver(pod(containers: [container]))
        driver.run(0)
        _ = driver.on(.deletionRequested(grace: .seconds(5)))
        #expect(driver.on(.drained) == [.runHook(0)])
        #expect(driver.on(.hookDone(0), after: .seconds(4)) == [.terminate(0)])
        #expect(driver.on(.tick, after: .milliseconds(1500)) == [], "two seconds are left after the hook")
        #expect(driver.on(.tick, after: .milliseconds(500)) == [.kill(0)])
    }

    @Test func aProcessThatStartsWhileThePodEndsIsStopped() throws {
        let driver = try LifeDriver(pod())
        _ = driver.on(.began)
        _ = driver.on(.prepared)
        #expect(driver.on(.deletionRequested(grace: .seconds(30))) == [])
        #expect(driver.on(.started(0, containerID: "x", imageID: "")) == [.terminate(0)])
    }

    @Test func aVanishedPodIsKilledAndNotDeletedAgain() throws {
        let driver = try LifeDriver(pod())
        driver.run(0)
        #expect(driver.on(.vanished) == [.kill(0)])
        #expect(driver.on(.exited(0, .init(exitCode: 137, signal: 9))) == [.release(.vanished)])
        #expect(driver.on(.released) == [])
    }

    @Test func aNodeThatStopsLeavesItsPodsToBeStartedAgain() throws {
        let driver = try LifeDriver(pod())
        driver.run(0)
        #expect(driver.on(.nodeStops(grace: .seconds(10))) == [.terminate(0)])
        #expect(driver.on(.exited(0, .init(exitCode: 143, signal: 15))) == [.release(.nodeStop)])
        #expect(PodStatus.phase(driver.life) == "Running")
        #expect(driver.condition("Ready") == "False")
    }

    @Test func aFinishedPodIsTakenAwayWhenDeleted() throws {
        let driver = try LifeDriver(pod(restartPolicy: "Never"))
        driver.run(0)
        _ = driver.on(.exited(0, .init(exitCode: 0)))
        #expect(driver.life.stage == .finished)
        #expect(driver.on(.deletionRequested(grace: .zero)) == [.release(.deletion)])
    }

    @Test(arguments: [("Always", "Running", 1), ("Never", "Failed", 0)])
    func whatRanWhenTheNodeStoppedHasEnded(policy: String, phase: String, restarts: Int) throws {
        let first = try LifeDriver(pod(restartPolicy: policy))
        first.run(0)
        let life = PodStatus.restore(try PodSpec(pod(restartPolicy: policy)), first.status, now: first.now.wall)
        let driver = try LifeDriver(pod(restartPolicy: policy))
        driver.life = life
        _ = driver.on(.began)
        let actions = driver.on(.prepared)
        #expect(actions == (restarts == 1 ? [.start(0, restart: 1)] : []))
        #expect(PodStatus.phase(driver.life) == phase)
    }
}
