//! An agent of the rich contract `tests/proto/archive.proto`.

use agentgen::service::{Invocation, Next, Reply, from_fn};
use agentgen::{Context, Inbound, Outbound, Principal, Status};
use agentgen_tests::golden::archive::archive::v1::document::Origin;
use agentgen_tests::golden::archive::archive::v1::{
    Answer, Archive, ArchiveServer, CountWordsResponse, CreateDocumentRequest, Document,
    Everything, GetDocumentRequest, ListDocumentsRequest, ListDocumentsResponse, Page, Question,
    ReadAloudRequest, UpdateDocumentRequest, Word,
};
use agentgen_tests::golden::archive::google::api::HttpBody;
use agentgen_tests::serving::Serving;
use futures_util::StreamExt as _;

/// Keeps nothing; its answers depend on the requests alone.
pub(crate) struct Shelf;

/// Serves the archive over gRPC and REST.
pub(crate) async fn serve() -> Serving {
    let server = ArchiveServer::new(Shelf).layer(from_fn(authenticate));
    Serving::start(server.grpc().reflection().health().rest()).await
}

/// Whoever brings the token may write.
async fn authenticate(mut call: Invocation, next: Next) -> Result<Reply, Status> {
    if call.context.metadata().get("authorization") == Some("Bearer writer") {
        call.context.set_principal(Principal::new("writer", ["archive.write"]));
    }
    next.run(call).await
}

/// What the contract promises of every document in a reply: it has a title and
/// keeps its secret.
fn shown(mut document: Document) -> Document {
    if document.title.is_empty() {
        "Untitled".clone_into(&mut document.title);
    }
    document.secret.clear();
    if let Some(Origin::CopyOf(original)) = &mut document.origin {
        **original = shown(std::mem::take(original));
    }
    document
}

fn document(name: String) -> Result<Document, Status> {
    if name.ends_with("/missing") {
        return Err(Status::not_found(format!("no document {name}"))
            .with_reason("DOCUMENT_NOT_FOUND", "archive.v1.Archive"));
    }
    Ok(Document { title: format!("Title of {name}"), name, ..Document::default() })
}

impl Archive for Shelf {
    type Error = Status;

    async fn get_document(
        &self,
        _: &Context,
        request: GetDocumentRequest,
    ) -> Result<Document, Status> {
        document(request.name)
    }

    async fn list_documents(
        &self,
        _: &Context,
        request: ListDocumentsRequest,
    ) -> Result<ListDocumentsResponse, Status> {
        let labels = request.filter.unwrap_or_default().labels;
        let name = |label| format!("{}/documents/{label}", request.parent);
        let documents = labels.into_iter().map(|label| document(name(label)));
        let documents = documents.collect::<Result<_, _>>()?;
        Ok(ListDocumentsResponse { documents, next_page_token: request.page_token })
    }

    async fn create_document(
        &self,
        _: &Context,
        request: CreateDocumentRequest,
    ) -> Result<Document, Status> {
        let document = shown(request.document.unwrap_or_default());
        Ok(Document { name: format!("{}/documents/new", request.parent), ..document })
    }

    async fn update_document(
        &self,
        _: &Context,
        request: UpdateDocumentRequest,
    ) -> Result<Document, Status> {
        request.document.map(shown).ok_or_else(|| Status::invalid_argument("no document"))
    }

    async fn delete_document(
        &self,
        _: &Context,
        request: GetDocumentRequest,
    ) -> Result<(), Status> {
        document(request.name).map(drop)
    }

    async fn count_words(
        &self,
        _: &Context,
        request: GetDocumentRequest,
    ) -> Result<CountWordsResponse, Status> {
        let words = u64::try_from(request.name.split('/').count()).unwrap_or(u64::MAX);
        Ok(CountWordsResponse { words })
    }

    async fn read_aloud(
        &self,
        cx: &Context,
        request: ReadAloudRequest,
    ) -> Result<Outbound<Word>, Status> {
        if request.text.is_empty() {
            return Err(
                Status::invalid_argument("there is no text").with_violation("text", "empty")
            );
        }
        let seen: u32 = cx.last_event_id().and_then(|id| id.parse().ok()).unwrap_or(0);
        let (sender, words) = Outbound::channel(1);
        tokio::spawn(async move {
            let texts: Vec<_> = request.text.split(' ').map(str::to_owned).collect();
            for (text, index) in texts.into_iter().zip(1..).filter(|(_, index)| *index > seen) {
                if request.fail_after.is_some_and(|limit| index > limit) {
                    sender.fail(Status::resource_exhausted("out of breath")).await;
                    return;
                }
                if !sender.send(Word { text, index }).await {
                    return;
                }
            }
        });
        Ok(words)
    }

    async fn upload(&self, _: &Context, mut pages: Inbound<Page>) -> Result<Document, Status> {
        let mut title = String::new();
        while let Some(page) = pages.message().await? {
            title += &page.text;
        }
        Ok(shown(Document { title, ..Document::default() }))
    }

    async fn photocopy(
        &self,
        _: &Context,
        pages: Inbound<HttpBody>,
    ) -> Result<Outbound<HttpBody>, Status> {
        Ok(Outbound::try_new(pages))
    }

    async fn discuss(
        &self,
        _: &Context,
        questions: Inbound<Question>,
    ) -> Result<Outbound<Answer>, Status> {
        let answer = |question: Question| Answer { text: question.text.to_uppercase() };
        Ok(Outbound::try_new(questions.map(move |question| question.map(answer))))
    }

    async fn echo(&self, _: &Context, request: Everything) -> Result<Everything, Status> {
        Ok(request)
    }
}
