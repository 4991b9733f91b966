import Actions
import Domain
import Testing

/// The life of an action as a matrix: a row an event, a column a state, in each cell the state that follows or a dot.
private let matrix = """
    event      proposed   snoozed    approved sent      confirmed measured rejected expired superseded held       failed unknown
    revise     proposed   snoozed    .        .         .         .        .        .       .          held       .      .
    block      held       held       .        .         .         .        .        .       .          .          .      .
    lift       .          .          .        .         .         .        .        .       .          proposed   .      .
    snooze     snoozed    snoozed    .        .         .         .        .        .       .          .          .      .
    wake       .          proposed   .        .         .         .        .        .       .          .          .      .
    approve    approved   approved   .        .         .         .        .        .       .          .          .      .
    reject     rejected   rejected   .        .         .         .        .        .       .          rejected   .      .
    expire     expired    expired    .        .         .         .        .        .       .          expired    .      .
    supersede  superseded superseded .        .         .         .        .        .       .          superseded .      .
    undo       .          .          proposed .         .         .        .        .       .          .          .      .
    askAgain   .          .          proposed .         .         .        .        .       .          .          .      .
    send       .          .          sent     .         .         .        .        .       .          .          .      .
    confirm    .          .          .        confirmed .         .        .        .       .          .          .      confirmed
    retry      .          .          approved approved  .         .        .        .       .          .          .      approved
    fail       .          .          failed   failed    .         .        .        .       .          .          .      .
    lose       .          .          .        unknown   .         .        .        .       .          .          .      .
    measure    .          .          .        .         measured  .        .        .       .          .          .      .
    """

@Suite struct ActionLifeTests {
    @Test func everyEventInEveryStateDoesWhatTheMatrixSays() throws {
        let rows = matrix.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let states = try rows[0].dropFirst().map { try #require(ActionState(rawValue: $0)) }
        #expect(Set(states) == Set(ActionState.allCases))
        #expect(rows.dropFirst().map { $0[0] } == ActionLife.Event.allCases.map(\.rawValue))
        for row in rows.dropFirst() {
            let event = try #require(ActionLife.Event(rawValue: row[0]))
            for (state, cell) in zip(states, row.dropFirst()) {
                switch ActionLife.step(state, event) {
                case .moves(let next, _): #expect(next.rawValue == cell, "\(state) \(event)")
                case .refused(let sentence):
                    #expect(cell == ".", "\(state) \(event)")
                    #expect(sentence.hasPrefix("cannot ") && sentence.contains(": "), "\(sentence)")
                }
            }
        }
    }

    /// Whatever leads into a state in which money is bound must bind it, and whatever leads out of it must free it.
    @Test func budgetsAndEffectsFollowTheStateOnEveryPath() {
        let binding: Set<ActionState> = [.approved, .sent, .confirmed, .measured, .unknown]
        for state in ActionState.allCases {
            for event in ActionLife.Event.allCases {
                guard case .moves(let next, let consequences) = ActionLife.step(state, event) else { continue }
                let binds = !binding.contains(state) && binding.contains(next)
                let frees = binding.contains(state) && !binding.contains(next)
                #expect(consequences.contains(.reserveBudget) == binds, "\(state) \(event)")
                #expect(consequences.contains(.queueEffect) == binds, "\(state) \(event)")
                #expect(consequences.contains(.releaseBudget) == frees, "\(state) \(event)")
                let ends: Set<ActionState> = [.rejected, .expired, .superseded, .failed]
                #expect(
                    consequences.contains(.closeSignal) == (ends.contains(next) && next != state), "\(state) \(event)")
            }
        }
    }

    @Test func whatHasEndedStaysEnded() {
        for state in [ActionState.measured, .rejected, .expired, .superseded, .failed] {
            for event in ActionLife.Event.allCases {
                guard case .refused = ActionLife.step(state, event) else {
                    Issue.record("\(state) \(event)")
                    continue
                }
            }
        }
    }
}
