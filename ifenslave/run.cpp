#include "ifenslave/run.hpp"

#include "ifenslave/plan.hpp"
#include "ifenslave/show.hpp"

#include <fmt/format.h>

#include <ostream>
#include <system_error>

namespace had::ifenslave {

namespace {

class Run {
public:
    Run(const Command& command, Machine& machine, std::ostream& out, std::ostream& err)
        : command_(command), machine_(machine), out_(out), err_(err) {}

    int all() {
        if (command_.verb == Verb::show_all) return show_everything();
        if (const auto error = look())
            return refuse(unreadable_master(command_.master, error.value()));
        if (const auto refusal = missing_master(command_, snapshot_)) return refuse(*refusal);
        if (command_.slaves.empty()) return without_slaves();
        if (const auto refusal = unfit_master(command_, snapshot_)) return refuse(*refusal);
        verbosely(note_of_master(command_, *snapshot_.find(command_.master)));

        int exit = 0;
        for (const auto& slave : command_.slaves) {
            if (const int code = one(slave); code != 0) exit = code;
            if (command_.verb == Verb::change_active) break; // further operands are ignored, as ever
        }
        return exit;
    }

private:
    // Looks again after each change: the next slave may be the same one.
    std::error_code look() try {
        if (fresh_) return {};
        snapshot_ = machine_.observe();
        fresh_ = true;
        return {};
    } catch (const std::system_error& e) {
        return e.code();
    }

    int one(const std::string& slave) {
        if (const auto error = look())
            return refuse(unreadable_slave(command_, slave, error.value()));
        if (const Interface* interface = snapshot_.find(slave))
            verbosely(note_of_slave(command_, *interface));
        const auto verdict = plan(command_, snapshot_, slave);
        if (const auto* refusal = std::get_if<Refusal>(&verdict)) {
            return command_.verb == Verb::enslave && is_in_master(slave) && had_was_first(slave)
                       ? 0
                       : refuse(*refusal);
        }
        const auto& errand = std::get<Errand>(verdict);
        if (command_.verb == Verb::change_active)
            if (const auto answer = machine_.had_activates(command_.master, slave))
                return answered(errand, *answer);
        const auto claim = machine_.claim_of_had(slave); // as it is before anything is done
        return claim && claim->bond == command_.master ? with_had(errand, slave, *claim)
                                                       : made(errand, slave, claim);
    }

    bool is_in_master(const std::string& slave) const {
        const Interface *port = snapshot_.find(slave), *master = snapshot_.find(command_.master);
        return port && master && port->link.master == master->link.index;
    }

    // To enslave a port that is in the bond also ends an order that leaves it out.  Where had.conf puts it into
    // this bond, the daemon may have enslaved it a moment ago: then what was asked for is done.
    bool had_was_first(const std::string& slave) {
        machine_.had_takes_back(slave);
        const auto claim = machine_.claim_of_had(slave);
        if (!claim || claim->bond != command_.master) return false;
        err_ << note_of_had(slave, *claim);
        return true;
    }

    // The daemon is told of a release beforehand, so that it does not enslave the slave again, and of an
    // enslavement afterwards, when it has nothing left to do.
    int with_had(const Errand& errand, const std::string& slave, const Claim& claim) {
        const bool told = command_.verb == Verb::release && machine_.had_leaves_out(slave);
        const int exit = told ? make(errand) : made(errand, slave, claim);
        if ((told && exit != 0) || (command_.verb == Verb::enslave && exit == 0))
            machine_.had_takes_back(slave);
        return exit;
    }

    int made(const Errand& errand, const std::string& slave, const std::optional<Claim>& claim) {
        const int exit = make(errand);
        if (exit == 0 && claim) err_ << warning(command_, slave, *claim);
        return exit;
    }

    int answered(const Errand& errand, const core::ActionResult& result) {
        if (result.ok()) return 0;
        const Step& step = errand.steps.front();
        err_ << step.call << ": " << reason(result) << '\n' << errand.failed;
        return step.exit;
    }

    int make(const Errand& errand) {
        fresh_ = false;
        for (std::size_t n = 0; n < errand.steps.size(); ++n) {
            const Step& step = errand.steps[n];
            if (make(step.operations, step.call)) {
                verbosely(step.done);
                continue;
            }
            if (step.exit == 0) continue;
            err_ << step.failed;
            if (step.operations.size() > 1) take_back(step);
            while (n-- > 0) take_back(errand.steps[n]);
            err_ << errand.failed;
            return step.exit;
        }
        return 0;
    }

    void take_back(const Step& step) {
        if (step.undo && make(step.undo->operations, step.undo->call)) verbosely(step.undo->done);
    }

    bool make(const std::vector<core::Operation>& operations, const std::string& call) {
        for (const auto& operation : operations)
            if (const auto result = machine_.apply(operation); !result.ok()) {
                err_ << call << ": " << reason(result) << '\n';
                return false;
            }
        return true;
    }

    int without_slaves() {
        if (command_.verb != Verb::enslave) {
            err_ << usage_text();
            return exit_misuse;
        }
        out_ << show(*snapshot_.find(command_.master), snapshot_, command_.verbose);
        return 0;
    }

    int show_everything() {
        if (const auto error = look()) {
            err_ << "SIOCGIFCONF failed: " << error.message() << '\n';
            return exit_failed;
        }
        out_ << show_all(snapshot_, command_.verbose);
        return 0;
    }

    int refuse(const Refusal& refusal) {
        err_ << refusal.text;
        return refusal.exit;
    }

    void verbosely(const std::string& text) {
        if (command_.verbose) err_ << text;
    }

    const Command& command_;
    Machine& machine_;
    std::ostream &out_, &err_;
    Snapshot snapshot_;
    bool fresh_ = false;
};

} // namespace

int run(const Command& command, const OpenMachine& open, std::ostream& out, std::ostream& err) {
    if (command.verbose || command.verb == Verb::version) out << version_text();
    switch (command.verb) {
    case Verb::misuse: err << usage_text(); return exit_misuse;
    case Verb::version: return 0;
    case Verb::usage: out << usage_text(); return 0;
    case Verb::help: out << usage_text() << help_text(); return 0;
    case Verb::enslave:
    case Verb::release:
    case Verb::change_active:
    case Verb::show_all: break;
    }
    Machine* machine = nullptr;
    try {
        machine = &open();
    } catch (const std::system_error& e) {
        err << "socket: " << e.code().message() << '\n';
        return exit_failed;
    }
    return Run(command, *machine, out, err).all();
}

} // namespace had::ifenslave
