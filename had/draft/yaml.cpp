#include "had/draft/yaml.hpp"

#include "had/core/base/text.hpp"

#include <fmt/format.h>

#include <new>

namespace had::draft {
namespace {

class Parser {
public:
    explicit Parser(const std::string& text) {
        if (!yaml_parser_initialize(&parser_)) throw std::bad_alloc();
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
    ~Parser() { yaml_parser_delete(&parser_); }

    yaml_parser_t* get() { return &parser_; }

private:
    yaml_parser_t parser_{};
};

class Event {
public:
    explicit Event(Parser& parser) : good_(yaml_parser_parse(parser.get(), &event_) != 0) {}
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() {
        if (good_) yaml_event_delete(&event_);
    }

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] yaml_event_type_t type() const { return event_.type; }
    [[nodiscard]] std::size_t line() const { return event_.start_mark.line; }
    [[nodiscard]] bool begins() const {
        return event_.type == YAML_SEQUENCE_START_EVENT || event_.type == YAML_MAPPING_START_EVENT;
    }
    [[nodiscard]] bool ends() const {
        return event_.type == YAML_SEQUENCE_END_EVENT || event_.type == YAML_MAPPING_END_EVENT;
    }
    [[nodiscard]] bool has_anchor() const {
        switch (event_.type) {
        case YAML_SCALAR_EVENT: return event_.data.scalar.anchor != nullptr;
        case YAML_SEQUENCE_START_EVENT: return event_.data.sequence_start.anchor != nullptr;
        case YAML_MAPPING_START_EVENT: return event_.data.mapping_start.anchor != nullptr;
        default: return false;
        }
    }

private:
    yaml_event_t event_{};
    bool good_;
};

std::size_t directives_of(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty())
        if (core::take_until(text, '\n').starts_with('%')) ++count;
    return count;
}

} // namespace

YamlDocument::YamlDocument(const std::string& text) {
    if (!is_moderate(text)) return;
    Parser parser(text);
    loaded_ = yaml_parser_load(parser.get(), &document_) != 0;
    const yaml_parser_t& after = *parser.get();
    if (!loaded_) wrong(after.problem ? after.problem : "it cannot be read", after.problem_mark.line);
}

YamlDocument::~YamlDocument() {
    if (loaded_) yaml_document_delete(&document_);
}

bool YamlDocument::is_moderate(const std::string& text) {
    if (directives_of(text) > most_yaml_directives)
        return wrong(fmt::format("more than {} directives", most_yaml_directives), 0);
    Parser parser(text);
    std::size_t values = 0, anchors = 0, depth = 0;
    for (;;) {
        const Event event(parser);
        const yaml_parser_t& at = *parser.get();
        if (!event.good()) return wrong(at.problem ? at.problem : "it cannot be read", at.problem_mark.line);
        if (event.type() == YAML_DOCUMENT_END_EVENT || event.type() == YAML_STREAM_END_EVENT) return true;
        if (event.begins()) ++depth;
        if (event.ends()) --depth;
        if (event.has_anchor()) ++anchors;
        if (++values > most_yaml_values)
            return wrong(fmt::format("more than {} values", most_yaml_values), event.line());
        if (depth > most_yaml_depth)
            return wrong(fmt::format("more than {} levels, one in the other", most_yaml_depth), event.line());
        if (anchors > most_yaml_anchors)
            return wrong(fmt::format("more than {} anchors", most_yaml_anchors), event.line());
    }
}

bool YamlDocument::wrong(std::string problem, std::size_t line) {
    problem_ = std::move(problem);
    problem_line_ = static_cast<unsigned>(line) + 1;
    return false;
}

bool YamlDocument::spend() {
    if (left_ > 0) --left_;
    return left_ > 0;
}

YamlNode YamlDocument::root() { return {*this, yaml_document_get_root_node(&document_)}; }

YamlNode YamlNode::at(int index) const { return {*document_, yaml_document_get_node(&document_->document_, index)}; }

std::string YamlNode::text() const {
    if (!is_scalar()) return {};
    const auto& scalar = node_->data.scalar;
    return core::shortened({reinterpret_cast<const char*>(scalar.value), scalar.length}, most_yaml_scalar);
}

void YamlNode::each(const std::function<void(const std::string&, YamlNode, YamlNode)>& f) const {
    if (!is_mapping()) return;
    const auto& pairs = node_->data.mapping.pairs;
    for (auto* pair = pairs.start; pair < pairs.top && document_->spend(); ++pair) {
        const YamlNode key = at(pair->key);
        f(key.text(), key, at(pair->value));
    }
}

void YamlNode::each(const std::function<void(YamlNode)>& f) const {
    if (is_scalar()) return f(*this);
    if (!is_list()) return;
    const auto& items = node_->data.sequence.items;
    for (auto* item = items.start; item < items.top && document_->spend(); ++item) f(at(*item));
}

YamlNode YamlNode::operator[](std::string_view wanted) const {
    YamlNode found;
    each([&](const std::string& key, YamlNode, YamlNode value) {
        if (key == wanted) found = value;
    });
    return found;
}

std::string YamlNode::shown() const {
    if (is_scalar()) return text();
    return is_list() ? "[...]" : is_mapping() ? "{...}" : "";
}

} // namespace had::draft
