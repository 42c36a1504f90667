from sandbox.serve import text
class Desk:
    def __init__(self, sandbox): self.sandbox=sandbox
    def answer(self, request):
        return text(200, "desk")
