// What every part of a turn works with: the kernel, the values, the notices, and the files of the daemon.
#pragma once

#include "had/core/action/kernel.hpp"
#include "had/core/base/notice.hpp"
#include "had/run/model.hpp"
#include "had/run/surroundings.hpp"

#include <functional>
#include <string>

namespace had {

// When a timer of a part is due again whose work has thrown: without one it would never be.
inline constexpr core::Duration again_after = std::chrono::seconds(1);

class Run {
public:
    Run(core::Kernel& machine, Surroundings surroundings, Identity names)
        : kernel(machine), around(std::move(surroundings)), identity(std::move(names)), model(identity, around.now) {}
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    core::Kernel& kernel;
    const Surroundings around;
    const Identity identity;
    Model model;
    // The reconciler's: hears an event; makes a turn at once, unless one is being made.
    std::function<void(core::Event)> hear;
    std::function<void()> turn;

    [[nodiscard]] core::TimePoint now() const { return around.now(); }
    void say(core::NoticeKind kind, core::NoticeLevel level, core::Notice notice) const;
    void log(core::NoticeLevel level, const std::string& text) const { around.log(level, text); }
    // Asks for a turn behind the handlers that are ready now.
    void post_turn();
    void save_if(bool changed);
    // Of an operation; and what has been noted already.
    void save_if(bool changed, const core::Operation& operation);
    void save_noted() { around.save(model.owned); }
    // Throws when they cannot be written down; then nothing has changed.  Once written they hold, whatever becomes
    // of the call that gave them: so a turn is posted first.
    void keep(core::Orders orders);
    // For a change that the kernel or time has made: if it cannot be written down it holds nevertheless.
    void keep_or_log();
    // A call to the kernel that throws, for want of memory for example, counts as failed.
    template <class Call>
    static core::ActionResult tried(Call call);

private:
    static core::ActionResult failed();       // the exception that is being handled
    bool posted_ = false;
};

template <class Call>
core::ActionResult Run::tried(Call call) try {
    return call();
} catch (...) {
    return failed();
}

} // namespace had
