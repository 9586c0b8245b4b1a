package io.flotilla.replication;

import org.jspecify.annotations.Nullable;

/// One phase of a node's life. The role thread runs one state after the other; each is straight-line code that waits for
/// news ([Signals]) and returns what comes next.
///
/// ```
///             ┌─────────────┐  position found in the log   ┌───────────┐  wins an election  ┌───────────┐
///  start ───► │   Proving   │ ───────────────────────────► │ Following │ ─────────────────► │ Promoting │
///             └─────────────┘                              └───────────┘                    └───────────┘
///               ▲    │ cannot be proved                      ▲  │ server died,                │      │ lost
///               │    ▼                                       │  │ replication stopped         │ exact│
///               │  ┌──────────┐   ┌────────────┐             │  ▼                             ▼      ▼
///               │  │ Unproved │ ─►│ Rebuilding │    handover │ Proving                 ┌─────────┐  Stepping
///               │  └──────────┘   └────────────┘             └──────────────────────── │ Leading │
///               │◄───────────────────────┘                                             └─────────┘
///               │        ┌──────────┐    lead lost, server died, tap broken, append failed  │
///               └─────── │ Stepping │ ◄─────────────────────────────────────────────────────┘
///                        └──────────┘
/// ```
sealed interface State
        permits Proving, Following, Promoting, Leading, Stepping, Unproved, Rebuilding {
    Standing.Role role();

    /// One sentence for people when the role alone does not say enough; else empty.
    default String why() {
        return "";
    }

    /// Lives this phase.
    ///
    /// @return the next state; null when a stop was asked for and everything of this state is put down
    @Nullable State run() throws InterruptedException;
}
